import * as vscode from "vscode";
import { shellLine } from "../../core/lab/job/shell-words.ts";
import { makeJob, tellJob } from "../jobs/make-job.ts";
import type { Command } from "./command.ts";

/** Copies the command that starts a job of an image on the cluster; gives it, undefined when dismissed. */
export const copyJob: Command = {
  id: "labImages.job.copy",
  async run(context, subject, answer): Promise<string | undefined> {
    const job = await makeJob(context, subject, answer);
    if (!job) return undefined;
    const line = shellLine(job.words);
    await vscode.env.clipboard.writeText(line);
    tellJob(job.warnings, vscode.l10n.t("Copied the command of the job {0}", job.name));
    return line;
  },
};
