import * as vscode from "vscode";
import { withoutLinks } from "../shown-text.ts";
import type { BuildRun } from "./build-run.ts";
import { headingOf, imageSummary } from "./run-summary.ts";

/** Shows how far a run is in a notification that it can be cancelled with; stays until the run has ended. */
export async function notifyOfProgress(run: BuildRun): Promise<void> {
  const { asked, unsaved } = run.request;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: headingOf(run.request),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => run.cancel());
    if (asked.some((path) => unsaved.has(path)))
      progress.report({ message: vscode.l10n.t("the unsaved text") });
    const listener = run.onDidChange((image) => {
      if (image?.isWorking)
        progress.report({ message: withoutLinks(imageSummary(image, run.images.length > 1)) });
    });
    await run.result.catch(() => {});
    listener.dispose();
  });
}
