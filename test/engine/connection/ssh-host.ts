import type { Host } from "../../../engine/connection/host.ts";
import { EngineFailure, type FailureDetails } from "../../../engine/failure.ts";

/** A host of the bed, by its name in the bed's ssh configuration. */
export function sshHost(name: string): Host {
  return { url: `ssh://${name}`, name, source: "option" };
}

/** What an attempt failed with. */
export async function failureOf(attempt: Promise<unknown>): Promise<FailureDetails> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof EngineFailure) return error.details;
    throw error;
  }
  throw new Error("it did not fail");
}
