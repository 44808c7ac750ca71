import type { Span } from "../dockerfile/span.ts";

/** An image reference taken apart as Docker does it (distribution/reference). Spans are offsets in its text. */
export interface ImageReference {
  /** Registry and path as written: `ubuntu`, `nvcr.io/nvidia/pytorch`. */
  readonly name: string;
  readonly nameSpan: Span;
  /** The registry as written; undefined where Docker takes Docker Hub. */
  readonly registry: string | undefined;
  /** Registry and path in full: `docker.io/library/ubuntu`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly tagSpan: Span | undefined;
  /** With its algorithm: `sha256:…`. */
  readonly digest: string | undefined;
  readonly digestSpan: Span | undefined;
}

const registryShape =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[a-f0-9:]+\])(?::\d+)?$/i;
const componentShape = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagShape = /^\w[\w.-]{0,127}$/;
const digestShape = /^[a-z][a-z0-9]*(?:[-_+.][a-z][a-z0-9]*)*:[0-9a-f]{32,}$/i;
const longestName = 255;

/** Parses an image reference; undefined for what Docker would refuse. */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  if (digest !== undefined && !digestShape.test(digest)) return undefined;
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  if (tag !== undefined && !tagShape.test(tag)) return undefined;
  if (name.length > longestName) return undefined;
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const registry = isRegistry(first) ? first : undefined;
  const path = registry === undefined ? name : name.slice(slash + 1);
  if (registry !== undefined && !registryShape.test(registry)) return undefined;
  if (!path.split("/").every((component) => componentShape.test(component))) return undefined;
  const repository = fullRepository(registry, path);
  // Docker takes 64 hexadecimal digits for an image's identifier, never for a name.
  if (repository.length > longestName || /^[0-9a-f]{64}$/.test(name)) return undefined;
  const tagStart = name.length + 1;
  return {
    name,
    nameSpan: { start: 0, end: name.length },
    registry,
    repository,
    tag,
    tagSpan: tag === undefined ? undefined : { start: tagStart, end: tagStart + tag.length },
    digest,
    digestSpan: digest === undefined ? undefined : { start: at + 1, end: text.length },
  };
}

/**
 * A reference in full, with registry and tag (`latest` where it has none), or with its digest alone; undefined for what is
 * none.
 */
export function fullReference(text: string): string | undefined {
  const reference = parseImageReference(text);
  if (!reference) return undefined;
  const { repository, tag = "latest", digest } = reference;
  return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}

/** The same to compare names by: a text that is no reference stands for itself. */
export function fullName(text: string): string {
  return fullReference(text) ?? text;
}

/** The repository as docker's filters and lists have it: `ubuntu` for `docker.io/library/ubuntu`. */
export function familiarRepository({ repository }: ImageReference): string {
  return repository.replace(/^docker\.io\/(?:library\/(?=[^/]+$))?/, "");
}

/** Docker's test for a first part that is no part of the path: `user/image` has none, `localhost/image` has. */
function isRegistry(first: string): boolean {
  return /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
}

function fullRepository(registry: string | undefined, path: string): string {
  const host = registry === undefined || registry === "index.docker.io" ? "docker.io" : registry;
  return host === "docker.io" && !path.includes("/") ? `docker.io/library/${path}` : `${host}/${path}`;
}
