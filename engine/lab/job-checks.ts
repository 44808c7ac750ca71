import { parseImageReference } from "../../core/image/reference.ts";
import type { Connection } from "../connection/connection.ts";
import type { Host } from "../connection/host.ts";
import { EngineFailure } from "../failure.ts";
import { inspectImage } from "../images/inspect-image.ts";
import { openContents } from "../registry/contents/open-contents.ts";
import type { CredentialStore } from "../registry/credentials.ts";
import { NotInRegistry } from "../registry/distribution/answer-failure.ts";
import { resolveDigest } from "../registry/distribution/resolve-digest.ts";
import { isLoopback } from "../registry/registry-host.ts";

/** Milliseconds that each answer of a registry may take: somebody waits in front of it. */
const patience = 15_000;

/** What a job's image is asked with. */
export interface JobCheckOptions {
  readonly credentials: CredentialStore;
  /** The host that the lab builds on, which `localhost:5000` is a registry of; undefined where there is none. */
  readonly host: () => Promise<Host | undefined>;
  /** Undefined for a host that is not to be connected to for this. */
  readonly connect: (host: Host) => Promise<Connection | undefined>;
  readonly signal?: AbortSignal;
}

/**
 * Whether a cluster will find the image that is meant: what is wrong, each a sentence. That a registry or a host does not
 * answer is said, and is no failure: the cluster may reach what this machine does not.
 */
export async function checkJobImage(image: string, options: JobCheckOptions): Promise<string[]> {
  const opened: Connection[] = [];
  const reach = async (host: Host) => {
    const connection = await options.connect(host);
    if (connection) opened.push(connection);
    return connection;
  };
  try {
    return await faultsOf(image, { ...options, connect: reach });
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
}

/** @param options its connections are closed by whom they are of */
async function faultsOf(
  image: string,
  { credentials, host, connect, signal }: JobCheckOptions,
): Promise<string[]> {
  let digest: string;
  try {
    const open = async (registry: string) => {
      const owner = isLoopback(registry) ? await host() : undefined;
      const asked = { registry, credentials, timeout: patience };
      const way = async (its: Host) => (await connect(its)) ?? Promise.reject(notReached(registry, its));
      return (await openContents(asked, owner, way)).client;
    };
    digest = await resolveDigest(image, open, signal);
  } catch (error) {
    return [whyNot(image, error)];
  }
  try {
    const builder = await host();
    const connection = builder && (await connect(builder));
    const other = connection && (await otherOnHost(image, digest, connection));
    return other === undefined ? [] : [other];
  } catch (error) {
    // The host is not there, or has no such image: it was built elsewhere.
    if (error instanceof EngineFailure && error.details.cause !== "cancelled") return [];
    throw error;
  }
}

function notReached(registry: string, { name }: Host): EngineFailure {
  return new EngineFailure({
    cause: "request",
    what: `${registry} is a registry of ${name} itself, which is not connected to`,
    next: `Connect to ${name} first`,
  });
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
  connection: Connection,
): Promise<string | undefined> {
  const local = await inspectImage(connection, image);
  const repository = parseImageReference(image)?.repository;
  const pushed = local.digests.some((each) => {
    const reference = parseImageReference(each);
    return reference?.repository === repository && reference?.digest === digest;
  });
  if (pushed || local.manifests.includes(digest)) return undefined;
  return `What the registry has under ${image} is not what was last built on ${connection.host.name}: push it first, or the job runs the older one.`;
}
