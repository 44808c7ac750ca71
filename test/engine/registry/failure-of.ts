import { expect } from "vitest";
import { EngineFailure, type FailureDetails } from "../../../engine/failure.ts";

/** Why it failed, in the user's words; no password of a test's is among them. */
export async function failureOf(promise: Promise<unknown>): Promise<FailureDetails> {
  const failure = await promise.then(
    (value) => value,
    (error: unknown) => error,
  );
  if (!(failure instanceof EngineFailure)) return expect.unreachable(`not a failure: ${failure}`);
  expect(JSON.stringify(failure.details)).not.toMatch(/wrong-one|pw-of-ada/);
  return failure.details;
}
