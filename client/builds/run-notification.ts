import { basename } from "node:path";
import * as vscode from "vscode";
import { oneLine } from "../../engine/progress/plain-progress.ts";
import type { BuildRun } from "./build-run.ts";
import type { ImageRun } from "./image-run.ts";

/** Shows how far a run is in a notification that it can be cancelled with; stays until the run has ended. */
export async function notifyOfProgress(run: BuildRun): Promise<void> {
  const { title, host, unsaved } = run.request;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Building {0} on {1}", title, host.name),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => run.cancel());
    if (unsaved.size > 0) progress.report({ message: vscode.l10n.t("the unsaved text") });
    const listener = run.onDidChange((image) => {
      const message = image?.isWorking ? progressOf(image, run.images.length > 1) : undefined;
      if (message !== undefined) progress.report({ message });
    });
    await run.result.catch(() => {});
    listener.dispose();
  });
}

/** What an image that is under way is at, in a few words; undefined where that is nothing yet. */
function progressOf(image: ImageRun, named: boolean): string | undefined {
  const text = image.state === "pushing" ? pushText(image) : stepText(image);
  return text !== undefined && named ? `${image.image.name}: ${text}` : text;
}

function pushText({ pushed = "", layerCount: { done, total } }: ImageRun): string {
  return vscode.l10n.t("pushing {0}: {1} of {2} layers", basename(pushed), done, total);
}

function stepText({ step, stepCount: { done, total } }: ImageRun): string | undefined {
  return step && `(${done}/${total}) ${oneLine(step.name)}`;
}
