import type { BuildFailure } from "../../engine/build/build-event.ts";
import type { FailureDetails } from "../../engine/failure.ts";

/** What of a build's failure is shown at its instruction, and kept beyond the window's life. */
export type PlacedFailure = FailureDetails & Partial<Pick<BuildFailure, "lines" | "exitCode" | "output">>;

/** Lines of output that are shown. */
export const shownLines = 5;
const longestLine = 300;
const longestWords = 1000;

/** A build that was broken off was at some instruction, which can do nothing about it. */
export function blamesInstruction({ cause, lines }: PlacedFailure): boolean {
  return lines !== undefined && cause !== "cancelled" && cause !== "connection-lost";
}

/** A failure without its steps, and with no more of its words than are worth keeping. */
export function clipped({
  cause,
  what,
  said,
  next,
  lines,
  exitCode,
  output = [],
}: PlacedFailure): PlacedFailure {
  return {
    cause,
    what: what.slice(0, longestWords),
    ...(said === undefined ? {} : { said: said.slice(0, longestWords) }),
    ...(next === undefined ? {} : { next: next.slice(0, longestWords) }),
    ...(lines === undefined ? {} : { lines }),
    ...(exitCode === undefined ? {} : { exitCode }),
    output: output.slice(-shownLines).map((line) => line.slice(0, longestLine)),
  };
}
