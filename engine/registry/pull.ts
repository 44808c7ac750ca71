import type { Connection } from "../connection/connection.ts";
import type { DaemonMessage } from "../connection/daemon-messages.ts";
import type { PullEvent, PullOutcome } from "./pull-event.ts";
import { parseReferenceOrFail, registryOf } from "./registry-host.ts";
import { TransferFollower, type TransferOptions, transfer } from "./transfer.ts";

/**
 * Has the daemon pull an image. The last event is `finished`. Leaving the loop early, like aborting the signal, ends the
 * daemon's work.
 *
 * @throws {EngineFailure} `request` where the reference is none
 */
export async function* pull(
  connection: Connection,
  reference: string,
  { platform, ...options }: TransferOptions & { readonly platform?: string },
): AsyncGenerator<PullEvent, void> {
  const start = performance.now();
  const parsed = parseReferenceOrFail(reference);
  // As docker: a digest wins over a tag.
  const tag = parsed.digest ?? parsed.tag ?? "latest";
  const full = `${parsed.name}${parsed.digest === undefined ? ":" : "@"}${tag}`;
  const request = {
    action: "pull",
    reference: full,
    registry: registryOf(parsed),
    path: "/images/create",
    query: { fromImage: parsed.name, tag, ...(platform === undefined ? {} : { platform }) },
  } as const;
  const outcome = yield* transfer(connection, request, options, () => new PullFollower(full));
  yield { kind: "finished", outcome: { ...outcome, duration: Math.round(performance.now() - start) } };
}

type Layer = Extract<PullEvent, { kind: "layer" }>;
type Pulled = Omit<Extract<PullOutcome, { ok: true }>, "duration">;

class PullFollower extends TransferFollower<Layer, Pulled> {
  readonly #reference: string;
  #digest: string | undefined;

  constructor(reference: string) {
    super();
    this.#reference = reference;
  }

  protected override *take({ id, status = "", current, total }: DaemonMessage): Generator<Layer> {
    this.#digest ??= /^Digest: (\S+)/.exec(status)?.[1];
    if (status.startsWith("Status: ") && this.#digest !== undefined) {
      const isNew = status.startsWith("Status: Downloaded newer");
      this.result = { ok: true, reference: this.#reference, digest: this.#digest, isNew };
    }
    const state = layerStates.get(status);
    if (id !== undefined && state !== undefined) yield { kind: "layer", id, state, current, total };
  }

  protected override retrying(id: string): Layer {
    return { kind: "layer", id, state: "retrying", current: undefined, total: undefined };
  }
}

const layerStates: ReadonlyMap<string, Layer["state"]> = new Map([
  ["Pulling fs layer", "waiting"],
  ["Waiting", "waiting"],
  ["Downloading", "downloading"],
  ["Verifying Checksum", "verifying"],
  ["Download complete", "downloaded"],
  ["Extracting", "extracting"],
  ["Pull complete", "pulled"],
  ["Already exists", "exists"],
]);
