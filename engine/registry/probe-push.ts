import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { noCredentials } from "./credentials.ts";
import { RegistryClient } from "./distribution/registry-client.ts";
import { tryLogin } from "./login.ts";
import { type PushTarget, pushTarget } from "./push-target.ts";
import type { RegistryWork } from "./registry-failure.ts";
import { dockerHub } from "./registry-host.ts";
import { credentialsFor, type TransferOptions } from "./transfer.ts";

/** Milliseconds that a registry is waited for when it is asked from here. */
const answerTime = 3_000;

/**
 * Finds out before an hour of building whether a push can begin: names that a registry takes, a registry that the daemon
 * reaches, a login that it accepts, and that there is a login where it wants one. Whether the user may push to this
 * repository shows only in the push.
 *
 * @throws {EngineFailure} `request`, `registry-auth`, `network`: what the push would fail of
 */
export async function probePush(
  connection: Connection,
  references: readonly string[],
  options: Pick<TransferOptions, "credentials" | "signal">,
): Promise<void> {
  const targets = new Map<string, PushTarget>();
  for (const reference of references) {
    const target = pushTarget(reference);
    if (!targets.has(target.registry)) targets.set(target.registry, target);
  }
  await Promise.all([...targets.values()].map((target) => probe(connection, target, options)));
}

async function probe(
  connection: Connection,
  { name, tag, registry }: PushTarget,
  { credentials: store, signal }: Pick<TransferOptions, "credentials" | "signal">,
): Promise<void> {
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
    // A registry may have recovered by the time that the image is built.
    if (error.details.cause !== "registry") throw error;
  }
  if (credentials || !(await wantsLogin(registry, signal))) return;
  if (failure) throw failure;
  throw new EngineFailure({
    cause: "registry-auth",
    what: `cannot push ${name}:${tag}: ${registry} wants a login, and there is none`,
    next: `Log in to ${registry} (docker login ${registry}) and try again`,
  });
}

/** Whether a registry refuses a caller without credentials; false where it cannot be asked from here. */
async function wantsLogin(registry: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (registry === dockerHub) return true;
  const client = new RegistryClient({ registry, credentials: noCredentials, timeout: answerTime });
  return client.wantsLogin(signal).catch(() => false);
}
