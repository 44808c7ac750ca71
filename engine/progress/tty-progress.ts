import type { BuildEvent, BuildStep } from "../build/build-event.ts";
import { LastLines } from "../build/last-lines.ts";
import { LiveRegion, type LiveScreen } from "./live-region.ts";
import { oneLine, progressAmount } from "./plain-progress.ts";
import type { BuildProgress } from "./progress.ts";
import { secondsText } from "./quantities.ts";
import { isFinal } from "./step-state.ts";

type Progress = Extract<BuildEvent, { kind: "progress" }>;

const frameMs = 100;
/** A step that ended is kept in the live region for this long (ms): a base is looked up, left, and pulled. */
const settleMs = 300;
const outputLines = 6;
const smallestTime = 50;

interface Shown {
  step: BuildStep;
  readonly progress: Map<string, Progress>;
  readonly lines: LastLines;
  printed: boolean;
  /** By this machine's clock: the daemon's may be another. */
  startedHere: number | undefined;
  endedHere: number | undefined;
}

/** Colours as buildx has them. */
const colours = { done: "34", failed: "31", cancelled: "33", faint: "2" } as const;

/** The progress redrawn in place: steps that are at work below, those that have ended above, where they stay. */
export class TtyProgress implements BuildProgress {
  readonly #region: LiveRegion;
  readonly #screen: LiveScreen;
  readonly #now: () => number;
  readonly #steps = new Map<string, Shown>();
  /** Lines that are no step's, to be shown with the next frame. */
  readonly #notes: string[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #start: number;
  #over = false;

  constructor(screen: LiveScreen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen);
    this.#now = now;
    this.#start = now();
    this.#timer = setInterval(() => this.draw(), frameMs);
    this.#timer.unref();
  }

  show(event: BuildEvent): void {
    switch (event.kind) {
      case "step":
        this.#showStep(event.step);
        break;
      case "output":
        this.#steps.get(event.step)?.lines.add(event.text);
        break;
      case "progress":
        this.#steps.get(event.step)?.progress.set(event.item, event);
        break;
      case "warning":
        this.note(`WARN: ${event.message}${event.lines ? ` (line ${event.lines.start})` : ""}`);
        break;
      case "finished":
        this.end();
        break;
    }
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

  #showStep(step: BuildStep): void {
    let shown = this.#steps.get(step.id);
    const before = shown?.step.state;
    if (!shown) {
      shown = {
        step,
        progress: new Map(),
        lines: new LastLines(),
        printed: false,
        startedHere: undefined,
        endedHere: undefined,
      };
      this.#steps.set(step.id, shown);
    }
    if (step.state === "running" && before !== "running") {
      shown.startedHere = this.#now();
      shown.printed = false;
    }
    shown.endedHere = isFinal(step.state) ? this.#now() : undefined;
    shown.step = step;
  }

  #draw(last: boolean): void {
    const now = this.#now();
    const all = [...this.#steps.values()];
    const settled = all.filter(
      ({ printed, endedHere }) => !printed && endedHere !== undefined && (last || now - endedHere > settleMs),
    );
    settled.sort((a, b) => a.endedHere! - b.endedHere!);
    for (const shown of settled) shown.printed = true;
    const above = [...settled.map((shown) => this.#stepLine(shown)), ...this.#notes.splice(0)];
    this.#region.draw(above, this.#live(all, last));
    if (last) this.#region.leave();
  }

  /** The header and the steps at work, with what they move and print, cut to the screen's height. */
  #live(all: readonly Shown[], last: boolean): string[] {
    const ended = all.filter(({ step }) => isFinal(step.state)).length;
    const seconds = secondsText(this.#now() - this.#start);
    const header = `[+] Building ${seconds} (${ended}/${all.length})`;
    if (last) return [ended === all.length && all.length > 0 ? `${header} FINISHED` : header];
    const visible = all.filter(({ printed, step }) => !printed && step.state !== "waiting");
    const room = Math.max(1, this.#screen.height() - 2);
    const shown = visible.slice(-room);
    let free = room - shown.length;
    const lines = [header];
    for (const each of shown) {
      lines.push(this.#stepLine(each));
      const more = this.#detailLines(each).slice(-Math.max(0, free));
      if (free > 0) lines.push(...more);
      free -= more.length;
    }
    return lines;
  }

  #stepLine({ step, startedHere }: Shown): string {
    const worked =
      step.state === "running" ? step.worked + this.#now() - (startedHere ?? this.#now()) : step.worked;
    const mark =
      step.state === "cached"
        ? "CACHED "
        : step.state === "failed"
          ? "ERROR "
          : step.state === "cancelled"
            ? "CANCELED "
            : "";
    const time = secondsText(worked < smallestTime ? 0 : worked);
    const line = this.#region.aligned(` => ${mark}${oneLine(step.name)}`, time);
    if (!isFinal(step.state)) return line;
    const colour =
      step.state === "failed"
        ? colours.failed
        : step.state === "cancelled"
          ? colours.cancelled
          : colours.done;
    return this.#region.painted(colour, line);
  }

  #detailLines({ step, progress, lines }: Shown): string[] {
    if (isFinal(step.state)) return [];
    const moving = [...progress.values()].map((event) => {
      const took = secondsText(event.started === undefined ? 0 : event.time - event.started);
      const amount = progressAmount(event);
      return this.#region.aligned(` => => ${event.item}${amount && ` ${amount}`}`, took);
    });
    const printed = lines.lines
      .filter((line) => line.trim() !== "")
      .slice(-outputLines)
      .map((line) => this.#region.painted(colours.faint, this.#region.aligned(` => => # ${line}`, "")));
    return [...moving, ...printed];
  }
}
