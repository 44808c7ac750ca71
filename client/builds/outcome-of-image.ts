import type { BuildFailure, BuildOutcome } from "../../engine/build/build-event.ts";
import type { FailureDetails } from "../../engine/failure.ts";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";

/**
 * What came of an image, as the commands give it: one that is built and could not be pushed is a failure too. Undefined where
 * it was left as it is.
 */
export function outcomeOfImage(
  name: string,
  outcomes: ReadonlyMap<string, ImageOutcome>,
): BuildOutcome | undefined {
  const outcome = outcomes.get(name);
  // Ended before anything was planned.
  if (!outcome) return failureOf({ cause: "cancelled", what: "the build was cancelled" });
  switch (outcome.kind) {
    case "built":
      return outcome.result;
    case "build-failed":
      return outcome.failure;
    case "push-failed":
      return failureOf(outcome.failure, outcome.result);
    case "skipped":
      return outcome.base === undefined
        ? failureOf({ cause: "cancelled", what: "the build was cancelled" })
        : outcomeOfImage(outcome.base, outcomes);
    default:
      return undefined;
  }
}

/** Why an image came to nothing, where no instruction of its Dockerfile did. */
export function failureOf(
  details: FailureDetails,
  { steps, duration }: Pick<BuildFailure, "steps" | "duration"> = { steps: [], duration: 0 },
): BuildFailure {
  const nowhere = { lines: undefined, step: undefined, exitCode: undefined, output: [] };
  return { ok: false, ...details, ...nowhere, steps, duration };
}
