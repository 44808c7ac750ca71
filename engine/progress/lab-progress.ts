import type { BuildFailure } from "../build/build-event.ts";
import { sentenceOf } from "../failure.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "../lab/lab-build-event.ts";
import type { PushEvent } from "../registry/push-event.ts";
import { printable } from "./cells.ts";
import { LivePush } from "./live-push.ts";
import { LiveRegion, type LiveScreen } from "./live-region.ts";
import { LiveSteps } from "./live-steps.ts";
import { outputLine } from "./output-line.ts";
import { oneLine, PlainProgress } from "./plain-progress.ts";
import { PlainPushProgress } from "./push-progress.ts";
import { bytesText, secondsText } from "./quantities.ts";

const frameMs = 100;
const green = "32";
const red = "31";
const yellow = "33";

/** An image that is under way. */
interface Work {
  readonly steps: LiveSteps;
  readonly lines: PlainProgress;
  push: LivePush | undefined;
  pushLines: PlainPushProgress | undefined;
}

/**
 * The builds of a lab for a terminal that is scrolled while they run: all that commands print goes on below each other and
 * stays, as `docker build --progress plain` has it; under it the steps at work are drawn in place, as on a terminal. With
 * several images each line begins with its image's name.
 */
export class LabProgress {
  readonly #region: LiveRegion;
  readonly #screen: LiveScreen;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
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
    this.#timer = setInterval(() => this.draw(), frameMs);
    this.#timer.unref();
  }

  show(event: LabBuildEvent): void {
    switch (event.kind) {
      case "planned":
        this.#showPlan(event.images);
        break;
      case "image-started":
        this.#begin(event.image);
        break;
      case "build": {
        const work = this.#work.get(event.image);
        work?.steps.show(event.event);
        work?.lines.show(event.event);
        break;
      }
      case "push":
        this.#showPush(event.image, event.reference, event.event);
        break;
      case "image-finished":
        this.#finish(event.image, event.outcome);
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
    for (const { lines } of this.#work.values()) lines.end();
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
    if (current.length > 0) this.note(`Up to date: ${printable(current.join(", "))}`);
  }

  #begin(image: string): void {
    const prefix = this.#names ? `${printable(image)} | ` : "";
    const write = (text: string) => this.#write(prefix, text);
    this.#work.set(image, {
      steps: new LiveSteps(this.#region, this.#now),
      lines: new PlainProgress({ write, colour: this.#screen.colour }, this.#now),
      push: undefined,
      pushLines: undefined,
    });
  }

  #write(prefix: string, text: string): void {
    const lines = text.split("\n");
    // What is written ends with a line's end.
    lines.pop();
    for (const line of lines) this.#above.push(line === "" ? "" : `${prefix}${line}`);
  }

  #showPush(image: string, reference: string, event: PushEvent): void {
    const work = this.#work.get(image);
    if (!work) return;
    if (!work.push) {
      work.push = new LivePush(this.#region, reference, this.#now);
      const prefix = this.#names ? `${printable(image)} | ` : "";
      work.pushLines = new PlainPushProgress((text) => this.#write(prefix, text));
      this.note("");
      this.note(`${prefix}Pushing ${reference}`);
    }
    work.push.show(event);
    work.pushLines?.show(event);
    if (event.kind !== "finished") return;
    work.push = undefined;
    work.pushLines = undefined;
    if (event.outcome.ok) this.note(this.#paint(green, `Pushed ${reference}@${event.outcome.digest}`));
  }

  #finish(image: string, outcome: ImageOutcome): void {
    this.#work.get(image)?.lines.end();
    this.#work.delete(image);
    const reference = this.#planned.find(({ name }) => name === image)?.reference ?? image;
    switch (outcome.kind) {
      case "built": {
        const { size, duration, steps } = outcome.result;
        const cached = steps.filter(({ state }) => state === "cached").length;
        const fromCache = cached > 0 ? `, ${cached} of ${steps.length} steps from the cache` : "";
        this.note("");
        const text = `Built ${reference} (${bytesText(size)}) in ${secondsText(duration)}${fromCache}`;
        this.note(this.#paint(green, text));
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
        else this.note(this.#paint(yellow, `Not built, as its base ${outcome.base} is not: ${image}`));
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
