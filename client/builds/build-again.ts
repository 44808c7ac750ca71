import { tellFailure } from "../tell-failure.ts";
import type { BuildDesk } from "./build-desk.ts";
import type { RunRequest } from "./build-run.ts";

/** Begins a run once more, as it was asked for; what comes of it is told as of any build. */
export async function buildAgain(
  run: Pick<RunRequest, "title" | "again">,
  desk: Pick<BuildDesk, "again" | "log">,
): Promise<void> {
  try {
    await desk.again(run.again);
  } catch (error) {
    tellFailure(error, run.title, desk.log, () => buildAgain(run, desk));
  }
}
