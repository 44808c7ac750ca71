import * as vscode from "vscode";
import type { StatusBar, StatusBarPart } from "../status-bar.ts";
import { showBuildsCommand } from "./build-commands.ts";
import type { BuildRun } from "./build-run.ts";
import type { BuildRuns } from "./build-runs.ts";
import { shortSummaryOf, summaryOf } from "./run-summary.ts";

/** Steps may end by the dozen in a moment: what is shown changes this often at most (ms). */
const restMs = 200;

/** Keeps the builds that go on in the status bar: a click lists them, to be watched or cancelled. */
export function showBuildsInStatusBar(statusBar: StatusBar, runs: BuildRuns): vscode.Disposable {
  let waiting: NodeJS.Timeout | undefined;
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      statusBar.showWork(partOf(runs.running));
    }, restMs);
  };
  return vscode.Disposable.from(
    runs.onDidStart(soon),
    runs.onDidChange(soon),
    runs.onDidEnd(soon),
    new vscode.Disposable(() => clearTimeout(waiting)),
  );
}

function partOf(running: readonly BuildRun[]): StatusBarPart | undefined {
  const [first] = running;
  if (!first) return undefined;
  const words = running.length === 1 ? shortSummaryOf(first) : vscode.l10n.t("{0} builds", running.length);
  const lines = running.map((run) => `${run.request.title} (${run.request.host.name}): ${summaryOf(run)}`);
  const click = vscode.l10n.t("Click to watch or to cancel");
  return {
    text: `$(sync~spin) ${words}`,
    label: vscode.l10n.t("Lab Images is building: {0}", words),
    tooltip: [...lines, click].join("\n"),
    command: { command: showBuildsCommand, title: vscode.l10n.t("Show build") },
  };
}
