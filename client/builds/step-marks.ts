import type { BuildStep, LineRange, StepState } from "../../engine/build/build-event.ts";
import type { ImageRun } from "./image-run.ts";

/** How far one instruction of a Dockerfile is. */
export interface StepMark {
  /** In the text that is built, counted from 1. */
  readonly lines: LineRange;
  readonly state: Exclude<StepState, "waiting">;
  /** Milliseconds that it has worked. */
  readonly worked: number;
  /** Of a command that failed. */
  readonly exitCode: number | undefined;
  /** Why it failed, one line; undefined where the exit code says it. */
  readonly why: string | undefined;
}

/** `[2/5]`, `[builder 2/5]`: a step that an instruction makes; others, as looking up its base, only lead to one. */
const numbered = /^\[[^\]]*\d+\/\d+\] /;
/** The first that one of the steps is in is that of the instruction. */
const precedence: readonly StepState[] = ["failed", "running", "cancelled", "waiting", "done", "cached"];

/** The marks of the instructions that are or were at work at `now` (milliseconds since 1970). */
export function stepMarks(image: ImageRun, now: number): StepMark[] {
  const byLine = new Map<number, BuildStep[]>();
  for (const step of image.steps) {
    if (!step.lines) continue;
    const steps = byLine.get(step.lines.start) ?? [];
    byLine.set(step.lines.start, steps);
    steps.push(step);
  }
  const marks = [...byLine.values()].flatMap((steps) => markOf(steps, image, now) ?? []);
  const failed = failureMark(image);
  if (!failed) return marks;
  return [...marks.filter(({ lines }) => lines.start !== failed.lines.start), failed];
}

function markOf(all: readonly BuildStep[], image: ImageRun, now: number): StepMark | undefined {
  const own = all.filter(({ name }) => numbered.test(name));
  const steps = own.length > 0 ? own : all;
  const state = precedence.find((each) => steps.some((step) => step.state === each));
  const { lines } = steps[0]!;
  if (!lines || state === undefined || state === "waiting") return undefined;
  // What was at work when the connection broke is at work no more.
  if (state === "running" && image.outcome) return undefined;
  const worked = Math.max(...steps.map((step) => image.workedOf(step, now)));
  return {
    lines,
    state,
    worked,
    exitCode: undefined,
    why: firstLine(steps.find(({ error }) => error)?.error),
  };
}

/** At the instruction that the outcome names, which may be none of a step: one that cannot be parsed. */
function failureMark({ outcome }: ImageRun): StepMark | undefined {
  if (outcome?.kind !== "build-failed") return undefined;
  const { lines, cause, exitCode, steps, step, said } = outcome.failure;
  if (!lines || cause === "cancelled" || cause === "connection-lost") return undefined;
  const worked = steps.find(({ id }) => id === step)?.worked ?? 0;
  return {
    lines,
    state: "failed",
    worked,
    exitCode,
    why: exitCode === undefined ? firstLine(said) : undefined,
  };
}

function firstLine(text: string | undefined): string | undefined {
  return text?.trim().split("\n", 1)[0];
}
