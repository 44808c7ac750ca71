import * as vscode from "vscode";
import { showBuildsCommand } from "../builds/build-commands.ts";
import { pickRunToShow, runsHolding } from "../builds/pick-run.ts";
import type { Command } from "./command.ts";

const statusMs = 6000;

/**
 * Shows what a build prints: that of the Dockerfile which is handed over, under way or its last one; else one of those that
 * go on, or the last one. Gives whether there was anything to show.
 */
export const showBuilds: Command = {
  id: showBuildsCommand,
  async run({ builds }, subject): Promise<boolean> {
    const { runs } = builds;
    const path = subject instanceof vscode.Uri ? subject.fsPath : undefined;
    const [holding] = runsHolding(runs.running, subject);
    const meant = holding ?? (path === undefined ? undefined : runs.lastOf(path));
    const run = meant ?? (runs.running.length > 0 ? await pickRunToShow(runs) : runs.last);
    if (!run) return false;
    if (builds.reveal(run)) return true;
    // A task's terminal is VS Code's.
    if (run.isRunning) await vscode.commands.executeCommand("workbench.action.tasks.showTasks");
    else {
      const text = vscode.l10n.t("Lab Images: the terminal of {0} is closed", run.request.title);
      vscode.window.setStatusBarMessage(text, statusMs);
    }
    return run.isRunning;
  },
};
