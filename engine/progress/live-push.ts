import type { PushEvent } from "../registry/push-event.ts";
import { isThere, layerText, type PushLayer } from "./layer-state.ts";
import type { LiveRegion } from "./live-region.ts";
import { secondsText } from "./quantities.ts";

/** The layers of a push as lines of a live region. */
export class LivePush {
  readonly #region: LiveRegion;
  readonly #reference: string;
  readonly #now: () => number;
  readonly #layers = new Map<string, PushLayer>();
  readonly #start: number;

  constructor(region: LiveRegion, reference: string, now: () => number) {
    this.#region = region;
    this.#reference = reference;
    this.#now = now;
    this.#start = now();
  }

  show(event: PushEvent): void {
    if (event.kind === "layer") this.#layers.set(event.id, event);
  }

  /** `[+] Pushing registry/name:tag (3/7)`, with the time. */
  header(): string {
    const layers = [...this.#layers.values()];
    const done = layers.filter(({ state }) => isThere(state)).length;
    const header = `[+] Pushing ${this.#reference} (${done}/${layers.length})`;
    return this.#region.aligned(header, secondsText(this.#now() - this.#start));
  }

  /** The layers that are not there yet, or all, in at most `room` lines. */
  layers(room: number, all: boolean): string[] {
    return [...this.#layers.values()]
      .filter(({ state }) => all || !isThere(state))
      .slice(0, room)
      .map((layer) => this.#region.aligned(` => ${layer.id}: ${layerText(layer)}`, ""));
  }
}
