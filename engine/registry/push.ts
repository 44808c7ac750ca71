import type { Connection } from "../connection/connection.ts";
import type { DaemonMessage } from "../connection/daemon-messages.ts";
import type { PushEvent, PushOutcome } from "./push-event.ts";
import { pushTarget } from "./push-target.ts";
import { TransferFollower, type TransferOptions, transfer } from "./transfer.ts";

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
  const request = {
    action: "push",
    reference: full,
    registry,
    path: `/images/${name}/push`,
    query: { tag },
  } as const;
  const outcome = yield* transfer(connection, request, options, () => new PushFollower(full));
  yield { kind: "finished", outcome: { ...outcome, duration: Math.round(performance.now() - start) } };
}

type Layer = Extract<PushEvent, { kind: "layer" }>;
type Pushed = Omit<Extract<PushOutcome, { ok: true }>, "duration">;

class PushFollower extends TransferFollower<Layer, Pushed> {
  readonly #reference: string;

  constructor(reference: string) {
    super();
    this.#reference = reference;
  }

  protected override *take({ id, status = "", current, total, aux }: DaemonMessage): Generator<Layer> {
    const digest = aux?.Digest ?? /digest: (\S+)/.exec(status)?.[1];
    if (typeof digest === "string") {
      const size = Number(aux?.Size ?? /size: (\d+)/.exec(status)?.[1] ?? 0);
      this.result = { ok: true, reference: this.#reference, digest, size };
      return;
    }
    const state = layerState(status);
    if (id === undefined || state === undefined) return;
    const from = state === "mounted" ? status.slice(mountedFrom.length) : undefined;
    yield { kind: "layer", id, state, current, total, from };
  }

  protected override retrying(id: string): Layer {
    return { kind: "layer", id, state: "retrying", current: undefined, total: undefined, from: undefined };
  }
}

const mountedFrom = "Mounted from ";

const layerStates: ReadonlyMap<string, Layer["state"]> = new Map([
  ["Preparing", "preparing"],
  ["Waiting", "waiting"],
  ["Pushing", "pushing"],
  ["Pushed", "pushed"],
  ["Layer already exists", "exists"],
]);

function layerState(status: string): Layer["state"] | undefined {
  return status.startsWith(mountedFrom) ? "mounted" : layerStates.get(status);
}
