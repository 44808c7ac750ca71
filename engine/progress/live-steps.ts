import type { BuildEvent, BuildStep } from "../build/build-event.ts";
import { LastLines } from "../build/last-lines.ts";
import type { LiveRegion } from "./live-region.ts";
import { oneLine } from "./one-line.ts";
import { progressAmount, secondsText } from "./quantities.ts";
import { isFinal } from "./step-state.ts";

type Progress = Extract<BuildEvent, { kind: "progress" }>;

/** A step that ended is kept in the live region for this long (ms): a base is looked up, left, and pulled. */
const settleMs = 300;
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

/** The steps of a build as lines of a live region: those at work, and, once, those that have ended. */
export class LiveSteps {
  readonly #region: LiveRegion;
  readonly #now: () => number;
  readonly #prefix: string;
  readonly #steps = new Map<string, Shown>();
  readonly #start: number;

  /** @param prefix stands in front of each step's name: `base | ` */
  constructor(region: LiveRegion, now: () => number, prefix = "") {
    this.#region = region;
    this.#now = now;
    this.#prefix = prefix;
    this.#start = now();
  }

  show(event: BuildEvent): void {
    if (event.kind === "step") this.#showStep(event.step);
    else if (event.kind === "output") this.#steps.get(event.step)?.lines.add(event.text);
    else if (event.kind === "progress") this.#steps.get(event.step)?.progress.set(event.item, event);
  }

  /** `[+] Building 1.2s (3/7)`; `what` stands behind "Building". */
  header(what = ""): string {
    const { ended, total } = this.#count;
    return `[+] Building ${what && `${what} `}${secondsText(this.#now() - this.#start)} (${ended}/${total})`;
  }

  /** Whether no step was named yet. */
  get isEmpty(): boolean {
    return this.#steps.size === 0;
  }

  /** Whether each step that was named has ended. */
  get isFinished(): boolean {
    const { ended, total } = this.#count;
    return total > 0 && ended === total;
  }

  /** Steps that ended some time ago, or have ended at all, and were not given before. */
  takeEnded(all: boolean): string[] {
    const now = this.#now();
    const settled = [...this.#steps.values()].filter(
      ({ printed, endedHere }) => !printed && endedHere !== undefined && (all || now - endedHere > settleMs),
    );
    settled.sort((a, b) => a.endedHere! - b.endedHere!);
    for (const shown of settled) shown.printed = true;
    return settled.map((shown) => this.#stepLine(shown));
  }

  /** The steps at work, with what they move and the last lines that they print, in at most `room` lines. */
  atWork(room: number, outputLines: number): string[] {
    const visible = [...this.#steps.values()].filter(
      ({ printed, step }) => !printed && step.state !== "waiting",
    );
    const shown = visible.slice(-room);
    let free = room - shown.length;
    const lines: string[] = [];
    for (const each of shown) {
      lines.push(this.#stepLine(each));
      const more = this.#detailLines(each, outputLines).slice(-Math.max(0, free));
      if (free > 0) lines.push(...more);
      free -= more.length;
    }
    return lines;
  }

  get #count(): { readonly ended: number; readonly total: number } {
    const all = [...this.#steps.values()];
    return { ended: all.filter(({ step }) => isFinal(step.state)).length, total: all.length };
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
    const line = this.#region.aligned(` => ${this.#prefix}${mark}${oneLine(step.name)}`, time);
    if (!isFinal(step.state)) return line;
    const colour =
      step.state === "failed"
        ? colours.failed
        : step.state === "cancelled"
          ? colours.cancelled
          : colours.done;
    return this.#region.painted(colour, line);
  }

  #detailLines({ step, progress, lines }: Shown, outputLines: number): string[] {
    if (isFinal(step.state)) return [];
    const moving = [...progress.values()].map((event) => {
      const took = secondsText(event.started === undefined ? 0 : event.time - event.started);
      const amount = progressAmount(event);
      return this.#region.aligned(` => => ${event.item}${amount && ` ${amount}`}`, took);
    });
    const printed = lines.lines
      .filter((line) => outputLines > 0 && line.trim() !== "")
      .slice(-outputLines)
      .map((line) => this.#region.painted(colours.faint, this.#region.aligned(` => => # ${line}`, "")));
    return [...moving, ...printed];
  }
}
