import { parseImageReference } from "../../core/image/reference.ts";
import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { inspectImage } from "../images/inspect-image.ts";
import type { CredentialStore } from "../registry/credentials.ts";
import { NotInRegistry } from "../registry/distribution/answer-failure.ts";
import { RegistryClient } from "../registry/distribution/registry-client.ts";
import { resolveDigest } from "../registry/distribution/resolve-digest.ts";

/** Milliseconds that each answer of a registry may take: somebody waits in front of it. */
const patience = 15_000;

/** What a job's image is asked with. */
export interface JobCheckOptions {
  readonly credentials: CredentialStore;
  /** The host that the lab builds on; left out where it is not to be asked. */
  readonly connect?: (() => Promise<Connection>) | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Whether a cluster will find the image that is meant: what is wrong, each a sentence. That a registry or a host does not
 * answer is said, and is no failure: the cluster may reach what this machine does not.
 */
export async function checkJobImage(
  image: string,
  { credentials, connect, signal }: JobCheckOptions,
): Promise<string[]> {
  let digest: string;
  try {
    const open = (registry: string) => new RegistryClient({ registry, credentials, timeout: patience });
    digest = await resolveDigest(image, open, signal);
  } catch (error) {
    return [whyNot(image, error)];
  }
  try {
    const other = connect && (await otherOnHost(image, digest, connect));
    return other === undefined ? [] : [other];
  } catch (error) {
    // The host is not there, or has no such image: it was built elsewhere.
    if (error instanceof EngineFailure && error.details.cause !== "cancelled") return [];
    throw error;
  }
}

function whyNot(image: string, error: unknown): string {
  if (!(error instanceof EngineFailure) || error.details.cause === "cancelled") throw error;
  if (error instanceof NotInRegistry)
    return `${image} is not in its registry, so no job can start: push it first.`;
  const { what, next } = error.details;
  return `Whether ${image} is in its registry is not known: ${what}${next === undefined ? "" : `. ${next}`}.`;
}

/** What was built last and not pushed. @throws {EngineFailure} where the host has no such image */
async function otherOnHost(
  image: string,
  digest: string,
  connect: () => Promise<Connection>,
): Promise<string | undefined> {
  const connection = await connect();
  const local = await inspectImage(connection, image).finally(() => connection.close());
  const repository = parseImageReference(image)?.repository;
  const pushed = local.digests.some((each) => {
    const reference = parseImageReference(each);
    return reference?.repository === repository && reference?.digest === digest;
  });
  if (pushed || local.manifests.includes(digest)) return undefined;
  return `What the registry has under ${image} is not what was last built on ${connection.host.name}: push it first, or the job runs the older one.`;
}
