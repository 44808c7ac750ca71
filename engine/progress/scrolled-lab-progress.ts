import type { BuildFailure } from "../build/build-event.ts";
import { sentenceOf } from "../failure.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "../lab/lab-build-event.ts";
import type { PushEvent } from "../registry/push-event.ts";
import { printable } from "./cells.ts";
import { LivePush } from "./live-push.ts";
import { LiveRegion, type LiveScreen } from "./live-region.ts";
import { LiveSteps } from "./live-steps.ts";
import { oneLine } from "./one-line.ts";
import { outputLine } from "./output-line.ts";
import { PlainLabProgress } from "./plain-lab-progress.ts";
import { bytesText, secondsText } from "./quantities.ts";

const frameMs = 100;
const green = "32";
const red = "31";
const yellow = "33";

/** An image that is under way. */
interface Work {
  readonly steps: LiveSteps;
  push: LivePush | undefined;
}

/**
 * The builds of a lab for a terminal that is scrolled while they run: all that commands print goes on below each other and
 * stays, as `docker build --progress plain` has it; under it the steps at work are drawn in place, as on a terminal. With
 * several images each line begins with its image's name.
 */
export class ScrolledLabProgress {
  readonly #region: LiveRegion;
  readonly #screen: LiveScreen;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  /** What is printed once. */
  readonly #lines: PlainLabProgress;
  readonly #work = new Map<string, Work>();
  /** Lines to be shown with the next frame. */
  readonly #above: string[] = [];
  #planned: readonly PlannedImage[] = [];
  /** Shown while there is nothing at work. */
  #waitsFor: string | undefined;
  #over = false;

  constructor(screen: LiveScreen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen);
    this.#now = now;
    const write = (text: string) => this.#write(text);
    this.#lines = new PlainLabProgress({ write, colour: screen.colour }, now);
    this.#timer = setInterval(() => this.draw(), frameMs);
    this.#timer.unref();
  }

  show(event: LabBuildEvent): void {
    if (event.kind === "push") this.#showPush(event.image, event.reference, event.event);
    this.#lines.show(event);
    switch (event.kind) {
      case "blocked":
        this.note(`${this.#paint(red, "ERROR:")} ${printable(sentenceOf(event.failure))}`);
        break;
      case "planned":
        this.#showPlan(event.images);
        break;
      case "image-started":
        this.#work.set(event.image, { steps: new LiveSteps(this.#region, this.#now), push: undefined });
        break;
      case "build":
        this.#work.get(event.image)?.steps.show(event.event);
        break;
      case "push":
        this.#endPush(event.image, event.reference, event.event);
        break;
      case "image-finished":
        this.#work.delete(event.image);
        this.#tell(event.image, event.outcome);
        break;
      case "finished":
        this.#waitsFor = undefined;
        break;
    }
  }

  /** Shows a line that is no event's. */
  note(line: string): void {
    this.#above.push(line);
  }

  /** Says what is waited for while nothing is at work. */
  waitFor(what: string): void {
    this.#waitsFor = what;
  }

  /** Shows what was held back; nothing is shown after it. */
  end(): void {
    if (this.#over) return;
    this.#lines.end();
    this.#work.clear();
    this.#waitsFor = undefined;
    this.draw();
    this.#over = true;
    clearInterval(this.#timer);
    this.#region.leave();
  }

  /** Draws a frame. */
  draw(): void {
    if (!this.#over) this.#region.draw(this.#above.splice(0), this.#live());
  }

  #live(): string[] {
    const working = [...this.#work];
    if (working.length === 0) return this.#waitsFor === undefined ? [] : [`[+] ${this.#waitsFor}`];
    const room = Math.max(1, Math.floor((this.#screen.height() - 1) / working.length) - 1);
    return working.flatMap(([name, { steps, push }]) => {
      if (push) return [push.header(), ...push.layers(room, false)];
      // They are above already.
      steps.takeEnded(false);
      return [steps.header(this.#names ? printable(name) : ""), ...steps.atWork(room, 0)];
    });
  }

  /** Whether several images are built, so that each line needs a name. */
  get #names(): boolean {
    return this.#planned.filter(({ reasons }) => reasons.length > 0).length > 1;
  }

  #showPlan(images: readonly PlannedImage[]): void {
    this.#planned = images;
    this.#waitsFor = undefined;
    const current = images.filter(({ reasons }) => reasons.length === 0).map(({ name }) => name);
    const built = images.filter(({ reasons }) => reasons.length > 0).map(({ name }) => name);
    if (built.length > 1) this.note(`In this order: ${printable(built.join(", "))}`);
    if (current.length > 0) this.note(`Left as they are: ${printable(current.join(", "))}`);
  }

  #write(text: string): void {
    const lines = text.split("\n");
    // What is written ends with a line's end.
    lines.pop();
    this.#above.push(...lines);
  }

  #showPush(image: string, reference: string, event: PushEvent): void {
    const work = this.#work.get(image);
    if (!work) return;
    if (!work.push) {
      work.push = new LivePush(this.#region, reference, this.#now);
      this.note("");
    }
    work.push.show(event);
  }

  #endPush(image: string, reference: string, event: PushEvent): void {
    if (event.kind !== "finished") return;
    const work = this.#work.get(image);
    if (work) work.push = undefined;
    if (event.outcome.ok)
      this.note(this.#paint(green, printable(`Pushed ${reference}@${event.outcome.digest}`)));
  }

  #tell(image: string, outcome: ImageOutcome): void {
    const reference = this.#planned.find(({ name }) => name === image)?.reference ?? image;
    switch (outcome.kind) {
      case "built": {
        const { size, duration, steps } = outcome.result;
        const cached = steps.filter(({ state }) => state === "cached").length;
        const fromCache = cached > 0 ? `, ${cached} of ${steps.length} steps from the cache` : "";
        this.note("");
        const text = `Built ${reference} (${bytesText(size)}) in ${secondsText(duration)}${fromCache}`;
        this.note(this.#paint(green, printable(text)));
        break;
      }
      case "build-failed":
        this.#showFailure(image, outcome.failure);
        break;
      case "push-failed":
        this.note(`${this.#paint(red, "ERROR:")} ${printable(sentenceOf(outcome.failure))}`);
        break;
      case "skipped":
        if (outcome.base === undefined) this.note(this.#paint(yellow, `Not built: ${printable(image)}`));
        else
          this.note(
            this.#paint(yellow, printable(`Not built, as its base ${outcome.base} is not: ${image}`)),
          );
        break;
      case "current":
        break;
    }
  }

  #showFailure(image: string, failure: BuildFailure): void {
    this.note("");
    if (failure.cause === "cancelled") {
      this.note(this.#paint(yellow, `Cancelled: ${printable(image)}`));
      return;
    }
    const step = failure.steps.find(({ id }) => id === failure.step);
    if (failure.output.length > 0 && step) {
      this.note("------");
      this.note(` > ${printable(oneLine(step.name))}:`);
      for (const line of failure.output) this.note(outputLine(line, false));
      this.note("------");
    }
    const path = this.#planned.find(({ name }) => name === image)?.dockerfile;
    // The terminal makes a link of it.
    if (failure.lines && path !== undefined) this.note(`${printable(path)}:${failure.lines.start}`);
    this.note(`${this.#paint(red, "ERROR:")} ${printable(sentenceOf(failure))}`);
  }

  #paint(style: string, line: string): string {
    return this.#region.painted(style, line);
  }
}
