import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "../connection/connection.ts";
import { type DaemonMessage, daemonMessages } from "../connection/daemon-messages.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";
import type { CredentialStore, RegistryCredentials } from "./credentials.ts";
import type { PushEvent, PushOutcome } from "./push-event.ts";
import { pushTarget } from "./push-target.ts";
import { registryAuthHeader } from "./registry-auth-header.ts";
import { mayPass, type RegistryWork, registryFailure } from "./registry-failure.ts";

/** What a push or a pull is given besides its reference. */
export interface TransferOptions {
  /** Asked for the one registry that the reference lies at. */
  readonly credentials: CredentialStore;
  /** Ends the daemon's work. */
  readonly signal?: AbortSignal;
  /** Milliseconds before each further attempt after a fault that may pass. */
  readonly retryDelays?: readonly number[];
}

/** The daemon itself sends a layer five times; these are for what it does once: asking, tokens, manifests. */
export const defaultRetryDelays = [1_000, 4_000];

/**
 * Pushes an image of the daemon's to the registry that its reference names. The last event is `finished`. Leaving the
 * loop early, like aborting the signal, ends the daemon's work.
 *
 * @throws {EngineFailure} `request` where the reference cannot be pushed
 */
export async function* push(
  connection: Connection,
  reference: string,
  options: TransferOptions,
): AsyncGenerator<PushEvent, void> {
  const start = performance.now();
  const { name, tag, registry } = pushTarget(reference);
  const full = `${name}:${tag}`;
  const outcome = yield* attempts();
  yield { kind: "finished", outcome: { ...outcome, duration: Math.round(performance.now() - start) } };

  async function* attempts(): AsyncGenerator<PushEvent, Attempt> {
    const { signal, retryDelays = defaultRetryDelays } = options;
    const shown = await credentialsFor(registry, options);
    if (shown.failure?.details.cause === "cancelled") return { ok: false, ...shown.failure.details };
    const work: RegistryWork = {
      action: "push",
      reference: full,
      registry,
      user: shown.credentials?.username,
      noCredentials: shown.failure,
    };
    const request = {
      method: "POST",
      path: `/images/${name}/push`,
      query: { tag },
      registryAuth: registryAuthHeader(registry, shown.credentials),
      signal,
      work: "the push",
    } as const;
    for (const delay of [...retryDelays, undefined]) {
      const follower = new PushFollower(full);
      try {
        for await (const message of daemonMessages(connection, request)) yield* follower.take(message);
        if (follower.result) return follower.result;
        const said = follower.error ?? "it named no digest";
        // What the daemon has retried itself is not worth another round.
        if (delay === undefined || follower.retried || !mayPass(said))
          return { ok: false, ...registryFailure(said, work) };
        yield { kind: "retry", delay, because: said };
        await wait(delay, undefined, {
          signal: AbortSignal.any([connection.lost, ...(signal ? [signal] : [])]),
        });
      } catch (error) {
        return { ok: false, ...endDetails(error, connection, signal) };
      }
    }
    throw new Error("unreachable: the last attempt has no delay");
  }
}

type Attempt =
  | Omit<Extract<PushOutcome, { ok: true }>, "duration">
  | ({ readonly ok: false } & FailureDetails);

/** Makes events of the messages of one attempt. */
class PushFollower {
  readonly #reference: string;
  /** Layers that the daemon waits to send again. */
  readonly #waiting = new Set<string>();
  result: Extract<Attempt, { ok: true }> | undefined;
  error: string | undefined;
  retried = false;

  constructor(reference: string) {
    this.#reference = reference;
  }

  *take(message: DaemonMessage): Generator<PushEvent> {
    const { id, status = "", current, total, aux } = message;
    this.error ??= message.error;
    const digest = aux?.Digest ?? /digest: (\S+)/.exec(status)?.[1];
    if (typeof digest === "string") {
      const size = Number(aux?.Size ?? /size: (\d+)/.exec(status)?.[1] ?? 0);
      this.result = { ok: true, reference: this.#reference, digest, size };
      return;
    }
    const state = id === undefined ? undefined : layerState(status);
    if (id === undefined || state === undefined) return;
    this.retried ||= state === "retrying";
    // The daemon counts the seconds down.
    if (state === "retrying" && this.#waiting.has(id)) return;
    if (state === "retrying") this.#waiting.add(id);
    else this.#waiting.delete(id);
    const from = state === "mounted" ? status.slice("Mounted from ".length) : undefined;
    yield { kind: "layer", id, state, current, total, from };
  }
}

const layerStates = {
  Preparing: "preparing",
  Waiting: "waiting",
  Pushing: "pushing",
  Pushed: "pushed",
  "Layer already exists": "exists",
} as const;

function layerState(status: string): Extract<PushEvent, { kind: "layer" }>["state"] | undefined {
  if (status.startsWith("Mounted from ")) return "mounted";
  if (status.startsWith("Retrying in ")) return "retrying";
  return Object.hasOwn(layerStates, status) ? layerStates[status as keyof typeof layerStates] : undefined;
}

/** What a registry is to be shown; a failure is only told when the registry wants something. */
export async function credentialsFor(
  registry: string,
  { credentials, signal }: TransferOptions,
): Promise<{ credentials?: RegistryCredentials; failure?: EngineFailure }> {
  try {
    const found = await credentials.get(registry, signal);
    return found ? { credentials: found } : {};
  } catch (error) {
    if (error instanceof EngineFailure) return { failure: error };
    throw error;
  }
}

/** Why the work ended before the daemon said anything of its end. */
export function endDetails(
  error: unknown,
  connection: Connection,
  signal: AbortSignal | undefined,
): FailureDetails {
  if (error instanceof EngineFailure) return error.details;
  if (signal?.aborted) return { cause: "cancelled", what: "the push was cancelled" };
  const loss: unknown = connection.lost.reason;
  if (connection.lost.aborted && loss instanceof EngineFailure) return loss.details;
  throw error;
}
