import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "../connection/connection.ts";
import { type DaemonMessage, daemonMessages } from "../connection/daemon-messages.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";
import type { Authorise } from "./authorise.ts";
import { type CredentialStore, credentialsFor } from "./credentials.ts";
import type { RetryEvent } from "./push-event.ts";
import { registryAuthHeader } from "./registry-auth-header.ts";
import {
  loginMayHelp,
  mayPass,
  type RegistryWork,
  registryFailure,
  withoutQueries,
} from "./registry-failure.ts";

/** What a push or a pull is given besides its reference. */
export interface TransferOptions {
  /** Asked for the one registry that the reference lies at. */
  readonly credentials: CredentialStore;
  /** Ends the daemon's work. */
  readonly signal?: AbortSignal;
  /** Asked, once, where a login may mend a refusal; the work then goes on. Without it the refusal is the end. */
  readonly authorise?: Authorise;
  /** Milliseconds before each further attempt after a fault that may pass. */
  readonly retryDelays?: readonly number[];
}

/** The daemon itself sends a layer five times; these are for what it does once: asking, tokens, manifests. */
const defaultRetryDelays = [1_000, 4_000];

/** A push or a pull as the daemon's API has it. */
export interface TransferRequest {
  readonly action: "push" | "pull";
  /** In full, as the user named it. */
  readonly reference: string;
  readonly registry: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Makes events of the messages of one attempt, and knows what it came to. */
export abstract class TransferFollower<Event, Result> {
  /** Layers that the daemon waits to send or fetch again. */
  readonly #waiting = new Set<string>();
  result: Result | undefined;
  error: string | undefined;
  /** Whether the daemon itself has tried something again. */
  retried = false;

  *follow(message: DaemonMessage): Generator<Event> {
    const { id, status, error } = message;
    this.error ??= error;
    if (id === undefined || !status?.startsWith("Retrying in ")) {
      if (id !== undefined) this.#waiting.delete(id);
      yield* this.take(message);
      return;
    }
    this.retried = true;
    // The daemon counts the seconds down.
    if (!this.#waiting.has(id)) yield this.retrying(id);
    this.#waiting.add(id);
  }

  protected abstract take(message: DaemonMessage): Iterable<Event>;
  protected abstract retrying(layer: string): Event;
}

/** A transfer that failed. */
export type TransferFailure = { readonly ok: false } & FailureDetails;

/** What it came to with one login. */
interface Came<Result> {
  readonly to: Result | TransferFailure;
  /** The failure that another login may mend. */
  readonly wanting?: EngineFailure;
}

/** Has the daemon do it, again where a fault may pass or a login was asked for. Returns what it came to. */
export async function* transfer<Event, Result>(
  connection: Connection,
  request: TransferRequest,
  options: TransferOptions,
  newFollower: () => TransferFollower<Event, Result>,
): AsyncGenerator<Event | RetryEvent, Result | TransferFailure> {
  const { to, wanting } = yield* transferOnce(connection, request, options, newFollower);
  if (!wanting) return to;
  try {
    if (!(await options.authorise?.(request.registry, wanting, options.signal))) return to;
  } catch (error) {
    // A login that fails is the end of this one alone.
    if (error instanceof EngineFailure) return { ok: false, ...error.details };
    throw error;
  }
  return (yield* transferOnce(connection, request, options, newFollower)).to;
}

async function* transferOnce<Event, Result>(
  connection: Connection,
  { action, reference, registry, path, query }: TransferRequest,
  { credentials, signal, retryDelays = defaultRetryDelays }: TransferOptions,
  newFollower: () => TransferFollower<Event, Result>,
): AsyncGenerator<Event | RetryEvent, Came<Result>> {
  const shown = await credentialsFor(registry, credentials, signal);
  if (shown.failure?.details.cause === "cancelled") return { to: { ok: false, ...shown.failure.details } };
  const noCredentials = shown.failure;
  const work: RegistryWork = {
    action,
    reference,
    registry,
    user: shown.credentials?.username,
    noCredentials,
  };
  const registryAuth = registryAuthHeader(registry, shown.credentials);
  const request = { method: "POST", path, query, registryAuth, signal, work: `the ${action}` } as const;
  const ends = AbortSignal.any([connection.lost, ...(signal ? [signal] : [])]);
  for (let attempt = 0; ; attempt++) {
    const follower = newFollower();
    try {
      for await (const message of daemonMessages(connection, request)) yield* follower.follow(message);
      if (follower.error === undefined && follower.result !== undefined) return { to: follower.result };
      const said = withoutQueries(follower.error ?? "the daemon named no digest");
      const delay = retryDelays[attempt];
      // What the daemon has tried again itself is not worth another round.
      if (delay === undefined || follower.retried || !mayPass(said)) return refused(said, work);
      yield { kind: "retry", delay, because: said };
      await wait(delay, undefined, { signal: ends });
    } catch (error) {
      return { to: { ok: false, ...endDetails(error, connection, signal, action) } };
    }
  }
}

function refused(said: string, work: RegistryWork): Came<never> {
  const details = registryFailure(said, work);
  return {
    to: { ok: false, ...details },
    ...(loginMayHelp(said, work) ? { wanting: new EngineFailure(details) } : {}),
  };
}

/** Why the work ended before the daemon said anything of its end. */
function endDetails(
  error: unknown,
  { lost }: Connection,
  signal: AbortSignal | undefined,
  action: string,
): FailureDetails {
  if (error instanceof EngineFailure) return error.details;
  if (signal?.aborted) return { cause: "cancelled", what: `the ${action} was cancelled` };
  const loss: unknown = lost.reason;
  if (lost.aborted && loss instanceof EngineFailure) return loss.details;
  throw error;
}
