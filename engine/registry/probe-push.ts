import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { credentialsFor, noCredentials } from "./credentials.ts";
import { RegistryClient } from "./distribution/registry-client.ts";
import { tryLogin } from "./login.ts";
import { type PushTarget, pushTarget } from "./push-target.ts";
import type { RegistryWork } from "./registry-failure.ts";
import { dockerHub } from "./registry-host.ts";
import type { TransferOptions } from "./transfer.ts";
import { wayToRegistry } from "./way-to-registry.ts";

/** What a probe is given: credentials, and who can ask for a login where one is wanted. */
export type ProbeOptions = Pick<TransferOptions, "credentials" | "signal" | "authorise">;

/** Milliseconds that a registry is waited for when it is asked from here. */
const answerTime = 3_000;

/**
 * Finds out before an hour of building whether a push can begin: names that a registry takes, a registry that the daemon
 * reaches, a login that it accepts, and that there is a login where it wants one. Whether the user may push to this
 * repository shows only in the push. Where a login is wanted and `authorise` can ask for one, it goes on after that.
 *
 * @throws {EngineFailure} `request`, `registry-auth`, `network`: what the push would fail of
 */
export async function probePush(
  connection: Connection,
  references: readonly string[],
  options: ProbeOptions,
): Promise<void> {
  const targets = new Map<string, PushTarget>();
  for (const reference of references) {
    const target = pushTarget(reference);
    if (!targets.has(target.registry)) targets.set(target.registry, target);
  }
  const probes = await Promise.all(
    [...targets.values()].map(async (target) => ({
      target,
      wanting: await probe(connection, target, options),
    })),
  );
  for (const { target, wanting } of probes) {
    if (!wanting) continue;
    if (!(await options.authorise?.(target.registry, wanting, options.signal))) throw wanting;
    const again = await probe(connection, target, options);
    if (again) throw again;
  }
}

/** The failure that a login may mend; any other is thrown. */
async function probe(
  connection: Connection,
  { name, tag, registry }: PushTarget,
  { credentials: store, signal }: ProbeOptions,
): Promise<EngineFailure | undefined> {
  const { credentials, failure } = await credentialsFor(registry, store, signal);
  const user = credentials?.username;
  const work: RegistryWork = {
    action: "push",
    reference: `${name}:${tag}`,
    registry,
    user,
    noCredentials: failure,
  };
  try {
    await tryLogin(connection, credentials, work, signal);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    if (error.details.cause === "registry-auth" && !failure) return error;
    // A registry may have recovered by the time that the image is built.
    if (error.details.cause !== "registry") throw error;
  }
  if (credentials || !(await wantsLogin(connection, registry, signal))) return undefined;
  if (failure) throw failure;
  return new EngineFailure({
    cause: "registry-auth",
    what: `cannot push ${name}:${tag}: ${registry} wants a login, and there is none`,
    next: `Log in to ${registry} and try again`,
    registry,
  });
}

/** Whether a registry refuses a caller without credentials; false where it cannot be asked from here. */
async function wantsLogin(
  connection: Connection,
  registry: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (registry === dockerHub) return true;
  try {
    const socketPath = await wayToRegistry(registry, connection);
    const options = { registry, credentials: noCredentials, timeout: answerTime, socketPath };
    return await new RegistryClient(options).wantsLogin(signal);
  } catch {
    return false;
  }
}
