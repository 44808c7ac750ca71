import { type ImageReference, parseImageReference } from "../../core/image/reference.ts";
import { EngineFailure } from "../failure.ts";

/** Docker Hub as references name it. */
export const dockerHub = "docker.io";

/** Docker Hub as docker's config file and its credential helpers name it. */
const dockerHubKey = "https://index.docker.io/v1/";

/** The host that an image lies at, with its port: `docker.io` where the reference names none. */
export function registryOf(reference: ImageReference): string {
  return reference.repository.slice(0, reference.repository.indexOf("/"));
}

/** The repository's path in its registry: `library/ubuntu`. */
export function pathOf({ repository }: ImageReference): string {
  return repository.slice(repository.indexOf("/") + 1);
}

/** What docker writes a registry's credentials under. */
export function configKeyOf(registry: string): string {
  return registry === dockerHub ? dockerHubKey : registry;
}

/** The registry that a key of docker's config file is for: `https://host/v1/` is one that old versions wrote. */
export function registryOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? dockerHub : host;
}

/** @throws {EngineFailure} `request`, for what Docker would refuse */
export function parseReferenceOrFail(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference) return reference;
  throw new EngineFailure({
    cause: "request",
    what: `"${text}" is no name of an image`,
    next: "Write it as registry/path/name:tag, in lower case",
  });
}

/** Whether a host, with or without a port, is this machine: what Docker too asks over HTTP. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);
}
