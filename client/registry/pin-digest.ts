import { resolveDigest } from "../../engine/registry/distribution/resolve-digest.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";

/** The digest of an image, with the login that docker keeps on this machine. */
export function pinDigest(reference: string): Promise<string> {
  return resolveDigest(reference, new DockerCredentials());
}
