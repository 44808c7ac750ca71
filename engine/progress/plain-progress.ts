import type { BuildEvent, BuildStep } from "../build/build-event.ts";
import { printable } from "./cells.ts";
import { oneLine } from "./one-line.ts";
import { outputLine } from "./output-line.ts";
import type { BuildProgress, ProgressOutput } from "./progress.ts";
import { progressAmount, secondsText } from "./quantities.ts";
import { isFinal, stateText } from "./step-state.ts";
import { warningText } from "./warning-text.ts";

type Progress = Extract<BuildEvent, { kind: "progress" }>;
type Output = Extract<BuildEvent, { kind: "output" }>;

/** Between two looks at what there is to print, in milliseconds: what comes in between is printed together. */
const frameMs = 100;
/** How long (ms) another step's lines wait for the one that is being shown. */
const patience = 5000;
/** Characters of a step that wait; more, and they are printed at once. */
const maximumWaiting = 65_536;
/** Characters of a line that does not end; more, and its beginning is shown. */
const longestLine = 16_384;
/** Progress is shown again after this part of the total, or this time (ms). */
const smallestPart = 0.05;
const longestSilence = 5000;

interface Shown {
  step: BuildStep;
  /** From 1, in the order of showing; undefined while nothing of it was shown. */
  number: number | undefined;
  /** Whole lines that wait until it is this step's turn. */
  waiting: string[];
  waitingLength: number;
  waitingSince: number;
  /** The beginning of a line of each stream whose end has not come. */
  readonly open: Map<string, string>;
  readonly progress: Map<string, Pick<Progress, "current" | "time" | "done">>;
  /** When it ended, by this machine's clock; undefined once that is printed. */
  ended: number | undefined;
}

/** The progress as lines that go on below each other: for logs, and terminals that cannot move the cursor. */
export class PlainProgress implements BuildProgress {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #steps = new Map<string, Shown>();
  #current: Shown | undefined;
  #turnSince = 0;
  #numbers = 0;

  constructor(output: ProgressOutput, now: () => number = Date.now) {
    this.#output = output;
    this.#now = now;
    this.#timer = setInterval(() => this.print(), frameMs);
    this.#timer.unref();
  }

  show(event: BuildEvent): void {
    switch (event.kind) {
      case "step":
        this.#takeStep(event.step);
        break;
      case "output":
        this.#takeOutput(event);
        break;
      case "progress":
        this.#takeProgress(event);
        break;
      case "warning": {
        const shown = (event.step && this.#steps.get(event.step)) || this.#current;
        const text = warningText(event);
        if (shown) this.#add(shown, text);
        else this.note(text);
        break;
      }
      case "finished":
        this.end();
        break;
    }
  }

  note(line: string): void {
    this.#output.write(`${line}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#printEnded(Number.POSITIVE_INFINITY);
    for (const shown of this.#steps.values()) {
      this.#closeLines(shown);
      if (shown.waiting.length > 0) this.#turnTo(shown);
    }
    this.#current = undefined;
  }

  /** Prints what is due: steps that have ended, the one whose turn it is, another one after some seconds. */
  print(): void {
    const now = this.#now();
    // One that is taken up again at once has not ended: a base is looked up, left, and pulled.
    this.#printEnded(now - frameMs);
    const all = [...this.#steps.values()];
    const others = all.filter(
      (shown) => shown !== this.#current && (shown.waiting.length > 0 || isUnseen(shown)),
    );
    if (this.#current) {
      this.#turnTo(this.#current);
      if (now - this.#turnSince < patience) return;
    }
    // One that has ended goes first.
    if (all.some(({ ended }) => ended !== undefined)) return;
    const waiting = others.filter((shown) => shown.waiting.length > 0);
    const next = (waiting.length > 0 ? waiting : this.#current ? [] : others).sort(
      (a, b) => a.waitingSince - b.waitingSince,
    )[0];
    if (next) this.#turnTo(next);
  }

  #takeStep(step: BuildStep): void {
    let shown = this.#steps.get(step.id);
    const before = shown?.step.state ?? "waiting";
    if (!shown) {
      shown = {
        step,
        number: undefined,
        waiting: [],
        waitingLength: 0,
        waitingSince: 0,
        open: new Map(),
        progress: new Map(),
        ended: undefined,
      };
      this.#steps.set(step.id, shown);
    }
    shown.step = step;
    if (!isFinal(step.state)) shown.ended = undefined;
    // A base that is only looked up again has nothing new to say.
    else if (!isFinal(before) || step.state === "failed") shown.ended = this.#now();
  }

  #takeOutput({ step, stream, time, text }: Output): void {
    const shown = this.#steps.get(step);
    if (!shown) return;
    const lines = ((shown.open.get(stream) ?? "") + text).split("\n");
    let rest = lines.pop() ?? "";
    if (rest.length > longestLine) {
      lines.push(rest);
      rest = "";
    }
    shown.open.set(stream, rest);
    const since = secondsSince(shown.step, time);
    for (const line of lines) this.#add(shown, `${since} ${outputLine(line, this.#output.colour)}`);
  }

  #takeProgress(event: Progress): void {
    const shown = this.#steps.get(event.step);
    if (!shown) return;
    const before = shown.progress.get(event.item);
    if (before?.done) return;
    const part = event.total ? (event.current - (before?.current ?? 0)) / event.total : 0;
    if (before && !event.done && part < smallestPart && event.time - before.time < longestSilence) return;
    shown.progress.set(event.item, event);
    const amount = progressAmount(event);
    // "transferring context:" alone says nothing.
    if (amount === "" && !event.done && event.item.endsWith(":")) return;
    const took = event.started === undefined ? 0 : event.time - event.started;
    const time = took > 10 ? ` ${secondsText(took)}` : "";
    this.#add(
      shown,
      `${printable(oneLine(event.item))}${amount && ` ${amount}`}${time}${event.done ? " done" : ""}`,
    );
  }

  #closeLines(shown: Shown): void {
    for (const [stream, rest] of shown.open) {
      if (rest === "") continue;
      const since = secondsSince(shown.step, shown.step.ended ?? this.#now());
      this.#add(shown, `${since} ${outputLine(rest, this.#output.colour)}`);
      shown.open.set(stream, "");
    }
  }

  #add(shown: Shown, line: string): void {
    if (shown.waiting.length === 0) shown.waitingSince = this.#now();
    shown.waiting.push(line);
    shown.waitingLength += line.length;
    if (shown.waitingLength > maximumWaiting) this.#turnTo(shown);
  }

  #printEnded(until: number): void {
    const ended = [...this.#steps.values()].filter(
      (shown) => shown.ended !== undefined && shown.ended <= until,
    );
    for (const shown of ended.sort((a, b) => a.ended! - b.ended!)) {
      shown.ended = undefined;
      this.#closeLines(shown);
      this.#add(shown, stateText(shown.step));
      this.#turnTo(shown);
      this.#current = undefined;
    }
  }

  /** Prints what of a step waits; its name first where another one was shown before. */
  #turnTo(shown: Shown): void {
    let text = "";
    if (shown !== this.#current) {
      if (this.#current) text += `#${this.#current.number} ...\n`;
      if (this.#numbers > 0) text += "\n";
      shown.number ??= ++this.#numbers;
      text += `#${shown.number} ${outputLine(oneLine(shown.step.name), false)}\n`;
      this.#current = shown;
      this.#turnSince = this.#now();
    }
    for (const line of shown.waiting) text += `#${shown.number} ${line}\n`;
    if (text !== "") this.#output.write(text);
    shown.waiting = [];
    shown.waitingLength = 0;
  }
}

/** At work, and not a line of it was printed. */
function isUnseen({ number, step }: Shown): boolean {
  return number === undefined && step.state === "running";
}

function secondsSince({ started }: BuildStep, time: number): string {
  return (Math.max(0, time - (started ?? time)) / 1000).toFixed(3);
}
