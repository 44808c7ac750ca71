import type { Job } from "./job.ts";
import { runaiV1 } from "./runai-v1.ts";
import { runaiV2 } from "./runai-v2.ts";

/** The program and the arguments that submit a job. */
export function submitCommand(job: Job): readonly string[] {
  return job.cli === "runai-v2" ? runaiV2(job) : runaiV1(job);
}
