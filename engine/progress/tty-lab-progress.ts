import type { BuildEvent } from "../build/build-event.ts";
import type { LabBuildEvent } from "../lab/lab-build-event.ts";
import type { PushEvent } from "../registry/push-event.ts";
import { printable } from "./cells.ts";
import { LivePush } from "./live-push.ts";
import { LiveRegion, type LiveScreen } from "./live-region.ts";
import { LiveSteps } from "./live-steps.ts";
import { retryText } from "./push-progress.ts";
import { warningText } from "./warning-text.ts";

const frameMs = 100;
const outputLines = 6;

/** An image that is under way. */
interface Work {
  /** Until its build is over. */
  steps: LiveSteps | undefined;
  push: LivePush | undefined;
}

/**
 * The builds of a lab redrawn in place: for each image at work its steps below, those that have ended above, where they
 * stay. With several images each line says whose it is. What came of them is left to others to say.
 */
export class TtyLabProgress {
  readonly #region: LiveRegion;
  readonly #screen: LiveScreen;
  readonly #now: () => number;
  readonly #work = new Map<string, Work>();
  /** Lines to be shown with the next frame. */
  readonly #above: string[] = [];
  readonly #timer: NodeJS.Timeout;
  /** Whether a line has to say which image it is of. */
  #names = false;
  #over = false;

  constructor(screen: LiveScreen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen);
    this.#now = now;
    this.#timer = setInterval(() => this.draw(), frameMs);
    this.#timer.unref();
  }

  show(event: LabBuildEvent): void {
    switch (event.kind) {
      case "planned":
        this.#names = event.images.filter(({ reasons }) => reasons.length > 0).length > 1;
        break;
      case "image-started":
        this.#work.set(event.image, { steps: this.#stepsOf(event.image), push: undefined });
        break;
      case "build":
        this.#showBuild(event.image, event.event);
        break;
      case "push":
        this.#showPush(event.image, event.reference, event.event);
        break;
      case "image-finished":
        this.#endSteps(event.image);
        this.#work.delete(event.image);
        break;
    }
  }

  /** Shows a line that is no event's. */
  note(line: string): void {
    // Whole: it stands nowhere else.
    this.#above.push(printable(line));
  }

  /** Shows what was held back; nothing is shown after it. */
  end(): void {
    if (this.#over) return;
    for (const image of this.#work.keys()) this.#endSteps(image);
    this.#work.clear();
    this.draw();
    this.#over = true;
    clearInterval(this.#timer);
  }

  /** Draws a frame. */
  draw(): void {
    if (this.#over) return;
    const live = this.#live();
    this.#region.draw(this.#above.splice(0), live);
  }

  #live(): string[] {
    // Of each image its header first, then what room there is.
    const room = Math.max(1, Math.floor((this.#screen.height() - 1) / Math.max(1, this.#work.size)) - 1);
    return [...this.#work].flatMap(([image, { steps, push }]) => {
      if (push) return [push.header(), ...push.layers(room, false)];
      if (!steps) return [];
      this.#above.push(...steps.takeEnded(false));
      return [steps.header(this.#nameOf(image)), ...steps.atWork(room, outputLines)];
    });
  }

  #nameOf(image: string): string {
    return this.#names ? printable(image) : "";
  }

  #stepsOf(image: string): LiveSteps {
    const name = this.#nameOf(image);
    return new LiveSteps(this.#region, this.#now, name && `${name} | `);
  }

  #showBuild(image: string, event: BuildEvent): void {
    this.#work.get(image)?.steps?.show(event);
    const name = this.#nameOf(image);
    if (event.kind === "warning") this.note(`${name && `${name} | `}${warningText(event)}`);
    if (event.kind === "finished") this.#endSteps(image);
  }

  /** Its last steps and its header, which stay. */
  #endSteps(image: string): void {
    const work = this.#work.get(image);
    const steps = work?.steps;
    if (!steps) return;
    work.steps = undefined;
    // It was only pushed, or did not begin.
    if (steps.isEmpty) return;
    const header = steps.header(this.#nameOf(image));
    this.#above.push(...steps.takeEnded(true), steps.isFinished ? `${header} FINISHED` : header);
  }

  #showPush(image: string, reference: string, event: PushEvent): void {
    const work = this.#work.get(image);
    if (!work) return;
    this.#endSteps(image);
    work.push ??= new LivePush(this.#region, reference, this.#now);
    work.push.show(event);
    if (event.kind === "retry") this.note(retryText(event));
    if (event.kind !== "finished") return;
    this.#above.push(work.push.header(), ...work.push.layers(this.#screen.height(), true));
    work.push = undefined;
  }
}
