import { parseImageReference } from "../../core/image/reference.ts";
import type { EngineFailure, FailureDetails } from "../failure.ts";
import { registryOf } from "../registry/registry-host.ts";
import type { BuildFailure, BuildStep, LineRange } from "./build-event.ts";
import type { BuildSteps } from "./build-steps.ts";
import { causeOf, exitCodeIn, parseErrorLine, readable } from "./failure-cause.ts";
import type { StepLines } from "./step-lines.ts";

/** A build that the daemon gave up, from its words, its steps, and what went wrong on this side (which it only quotes). */
export function failureOf(
  said: string,
  steps: BuildSteps,
  lines: StepLines,
  ours: EngineFailure | undefined,
  duration: number,
): BuildFailure {
  const step = steps.failed;
  const output = step ? steps.lastLines(step.id) : [];
  const exitCode = exitCodeIn(step?.error ?? said) ?? exitCodeIn(said);
  const place = linesOf(said, step, lines);
  const common = { ok: false as const, steps: steps.steps, step: step?.id, lines: place, duration };
  // A command that failed has run: what was missing on this side was not needed for it.
  if (ours && exitCode === undefined) return { ...ours.details, ...common, exitCode, output };
  const { cause, next } = causeOf(`${said}\n${step?.error ?? ""}`.trim(), exitCode, output);
  return {
    cause,
    what: whatFailed(step, exitCode, place, said),
    ...(exitCode === undefined ? { said: readable(said) } : {}),
    ...(next === undefined ? {} : { next }),
    ...(cause === "registry-auth" ? registryIn(said, step) : {}),
    ...common,
    exitCode,
    output,
  };
}

/** A build that did not come to its end: cancelled, or the connection went away. */
export function brokenOff(details: FailureDetails, steps: BuildSteps, duration: number): BuildFailure {
  // The one that began last: that an earlier one has ended may be on its way still.
  const running = steps.steps
    .filter(({ state }) => state === "running")
    .sort((a, b) => (b.started ?? 0) - (a.started ?? 0))[0];
  return {
    ok: false,
    ...details,
    steps: steps.steps,
    step: running?.id,
    lines: running?.lines,
    exitCode: undefined,
    output: running ? steps.lastLines(running.id) : [],
    duration,
  };
}

function linesOf(said: string, step: BuildStep | undefined, lines: StepLines): LineRange | undefined {
  const parseError = parseErrorLine(said);
  if (parseError !== undefined) return lines.linesAt(parseError);
  if (step) return step.lines;
  const base = /base name \((.*?)\) should not be blank|failed to parse stage name "(.*?)"/.exec(said);
  if (base) return lines.linesOfBase(base[1] ?? base[2] ?? "");
  const image = imageIn(said);
  return (image === undefined ? undefined : lines.linesOfImage(image)) ?? lines.linesOfMistake(said);
}

/** The image that could not be had, as the daemon names it. */
function imageIn(said: string): string | undefined {
  return /failed to (?:solve|resolve source metadata for)(?: with frontend \S+)?:? (\S+):/.exec(said)?.[1];
}

/** The registry of the image that could not be had. */
function registryIn(said: string, step: BuildStep | undefined): Pick<FailureDetails, "registry"> {
  const image = imageIn(said) ?? / load metadata for (\S+)$/.exec(step?.name ?? "")?.[1];
  const reference = parseImageReference(image ?? "");
  return reference ? { registry: registryOf(reference) } : {};
}

function whatFailed(
  step: BuildStep | undefined,
  exitCode: number | undefined,
  lines: LineRange | undefined,
  said: string,
): string {
  const where = lines ? ` (Dockerfile line ${lines.start})` : "";
  if (parseErrorLine(said) !== undefined) return `the Dockerfile cannot be parsed${where}`;
  if (!step) return `the build failed${where}`;
  const name = shortened(step.name.replace(/^\[[^\]]*\]\s*/, ""));
  return exitCode === undefined
    ? `“${name}” failed${where}`
    : `“${name}” ended with exit code ${exitCode}${where}`;
}

const longestName = 80;

function shortened(name: string): string {
  const line = name.replace(/\s+/g, " ");
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
}
