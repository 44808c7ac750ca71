import type { PushEvent } from "../registry/push-event.ts";
import { printable } from "./cells.ts";
import { layerText, type PushLayer } from "./layer-state.ts";
import { LivePush } from "./live-push.ts";
import { LiveRegion, type LiveScreen } from "./live-region.ts";
import { oneLine } from "./one-line.ts";
import { secondsText } from "./quantities.ts";

/** What is shown of a push while it goes on. */
export interface PushProgress {
  show(event: PushEvent): void;
  end(): void;
}

const frameMs = 100;

/** What is pushed, and each layer's state, a line each time that it changes. */
export class PlainPushProgress implements PushProgress {
  readonly #write: (text: string) => void;
  readonly #states = new Map<string, PushLayer["state"]>();

  constructor(write: (text: string) => void, reference: string) {
    this.#write = write;
    write(`${printable(`Pushing ${reference}`)}\n`);
  }

  show(event: PushEvent): void {
    if (event.kind === "retry") this.#write(`${retryText(event)}\n`);
    if (event.kind !== "layer" || this.#states.get(event.id) === event.state) return;
    this.#states.set(event.id, event.state);
    if (event.state !== "preparing" && event.state !== "waiting")
      this.#write(`${printable(`${event.id}: ${layerText(event)}`)}\n`);
  }

  end(): void {}
}

/** The layers redrawn in place. */
export class TtyPushProgress implements PushProgress {
  readonly #region: LiveRegion;
  readonly #screen: LiveScreen;
  readonly #push: LivePush;
  readonly #timer: NodeJS.Timeout;
  #above: string[] = [];
  #over = false;

  constructor(screen: LiveScreen, reference: string) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen);
    this.#push = new LivePush(this.#region, reference, Date.now);
    this.#timer = setInterval(() => this.#draw(), frameMs);
    this.#timer.unref();
  }

  show(event: PushEvent): void {
    this.#push.show(event);
    if (event.kind === "retry") this.#above.push(retryText(event));
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#draw();
    this.#region.leave();
  }

  #draw(): void {
    const room = Math.max(1, this.#screen.height() - 2);
    this.#region.draw(this.#above.splice(0), [this.#push.header(), ...this.#push.layers(room, this.#over)]);
  }
}

/** Why a push is begun once more, and when. */
export function retryText({ because, delay }: Extract<PushEvent, { kind: "retry" }>): string {
  return `${printable(oneLine(because.trim()))}; pushing again in ${secondsText(delay)}`;
}
