import * as vscode from "vscode";
import { withoutIcons } from "../shown-text.ts";
import type { BuildRun } from "./build-run.ts";
import type { BuildRuns } from "./build-runs.ts";
import { summaryOf } from "./run-summary.ts";

/** The runs to cancel: those that hold the Dockerfile `subject`, the only one, or what the user picks; maybe none. */
export async function runsToCancel(runs: BuildRuns, subject: unknown): Promise<readonly BuildRun[]> {
  const running = runs.running.filter(({ isCancelled }) => !isCancelled);
  if (pathOf(subject) !== undefined) return runsHolding(running, subject);
  if (running.length < 2) return running;
  const chosen = await vscode.window.showQuickPick(running.map(itemOf), {
    placeHolder: vscode.l10n.t("The builds to cancel"),
    canPickMany: true,
  });
  return (chosen ?? []).map(({ run }) => run);
}

/** The runs that still have to build the Dockerfile `subject`. */
export function runsHolding(running: readonly BuildRun[], subject: unknown): readonly BuildRun[] {
  const path = pathOf(subject);
  return path === undefined ? [] : running.filter((run) => run.holds(path));
}

/** A run that the user picks, from a list in which each can be cancelled; undefined where they dismissed it. */
export function pickRunToShow(runs: BuildRuns): Promise<BuildRun | undefined> {
  return new Promise((resolve) => {
    const cancel = { iconPath: new vscode.ThemeIcon("debug-stop"), tooltip: vscode.l10n.t("Cancel") };
    const pick = vscode.window.createQuickPick<ReturnType<typeof itemOf>>();
    pick.placeholder = vscode.l10n.t("The build to watch");
    const show = () => {
      pick.items = runs.running.map((run) => ({ ...itemOf(run), buttons: run.isCancelled ? [] : [cancel] }));
    };
    show();
    const listeners = vscode.Disposable.from(
      runs.onDidEnd(show),
      pick.onDidTriggerItemButton(({ item }) => {
        item.run.cancel();
        show();
      }),
      pick.onDidAccept(() => {
        resolve(pick.activeItems[0]?.run);
        pick.hide();
      }),
      pick.onDidHide(() => {
        resolve(undefined);
        listeners.dispose();
        pick.dispose();
      }),
    );
    pick.show();
  });
}

function itemOf(run: BuildRun): vscode.QuickPickItem & { readonly run: BuildRun } {
  const { title, host } = run.request;
  return { label: title, description: host.name, detail: withoutIcons(summaryOf(run)), run };
}

function pathOf(subject: unknown): string | undefined {
  if (subject instanceof vscode.Uri) return subject.fsPath;
  return typeof subject === "string" ? vscode.Uri.parse(subject).fsPath : undefined;
}
