import * as vscode from "vscode";
import { shellLine } from "../../core/lab/job/shell-words.ts";
import { findProgram } from "../jobs/find-program.ts";
import { makeJob, tellJob } from "../jobs/make-job.ts";
import type { Command } from "./command.ts";

/** Starts a job of an image on the cluster, in a terminal; where its program is not here, copies the command. */
export const submitJob: Command = {
  id: "labImages.job.submit",
  async run(
    context,
    subject,
    answer,
  ): Promise<{ readonly command: string; readonly started: boolean } | undefined> {
    const job = await makeJob(context, subject, answer);
    if (!job) return undefined;
    const command = shellLine(job.words);
    const [name = "", ...args] = job.words;
    const program = findProgram(name);
    if (program === undefined) {
      await vscode.env.clipboard.writeText(command);
      tellJob(job.warnings, vscode.l10n.t("There is no {0} on the PATH here: the command is copied", name));
      return { command, started: false };
    }
    tellJob(job.warnings, vscode.l10n.t("Submitting the job {0}", job.name));
    // No shell in between: the arguments arrive as they are.
    const task = new vscode.Task(
      { type: "lab-images-job" },
      vscode.TaskScope.Workspace,
      vscode.l10n.t("job {0}", job.name),
      "Lab Images",
      new vscode.ProcessExecution(program, args),
    );
    task.presentationOptions = { panel: vscode.TaskPanelKind.New, focus: false };
    await vscode.tasks.executeTask(task);
    return { command, started: true };
  },
};
