import type { BuildEvent } from "../build/build-event.ts";
import { LiveRegion, type LiveScreen } from "./live-region.ts";
import { LiveSteps } from "./live-steps.ts";
import type { BuildProgress } from "./progress.ts";
import { warningText } from "./warning-text.ts";

const frameMs = 100;
const outputLines = 6;

/** The progress redrawn in place: steps that are at work below, those that have ended above, where they stay. */
export class TtyProgress implements BuildProgress {
  readonly #region: LiveRegion;
  readonly #screen: LiveScreen;
  readonly #steps: LiveSteps;
  /** Lines that are no step's, to be shown with the next frame. */
  readonly #notes: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #over = false;

  constructor(screen: LiveScreen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen);
    this.#steps = new LiveSteps(this.#region, now);
    this.#timer = setInterval(() => this.draw(), frameMs);
    this.#timer.unref();
  }

  show(event: BuildEvent): void {
    this.#steps.show(event);
    if (event.kind === "warning") this.note(warningText(event));
    else if (event.kind === "finished") this.end();
  }

  note(line: string): void {
    this.#notes.push(this.#region.aligned(line, ""));
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#draw(true);
  }

  /** Draws a frame. */
  draw(): void {
    if (!this.#over) this.#draw(false);
  }

  #draw(last: boolean): void {
    const above = [...this.#steps.takeEnded(last), ...this.#notes.splice(0)];
    this.#region.draw(above, this.#live(last));
    if (last) this.#region.leave();
  }

  /** The header and the steps at work, cut to the screen's height. */
  #live(last: boolean): string[] {
    const header = this.#steps.header();
    if (last) return [this.#steps.isFinished ? `${header} FINISHED` : header];
    return [header, ...this.#steps.atWork(Math.max(1, this.#screen.height() - 2), outputLines)];
  }
}
