import * as vscode from "vscode";
import type { BuildResult } from "../../engine/build/build-event.ts";
import { type FailureDetails, sentenceOf } from "../../engine/failure.ts";
import { bytesText, secondsText } from "../../engine/progress/quantities.ts";
import type { BuildDesk } from "./build-desk.ts";
import type { BuildRun } from "./build-run.ts";
import { failureDiagnostic } from "./failure-diagnostic.ts";
import type { ImageRun } from "./image-run.ts";

const statusMs = 6000;

/** Tells what came of a run: a message, and a diagnostic at each instruction that failed. */
export async function tellRun({ images, request }: BuildRun, desk: BuildDesk): Promise<void> {
  for (const image of images) {
    const { outcome } = image;
    const name = image.image.reference;
    if (outcome?.kind === "build-failed") {
      const diagnostic = await placeFailure(image, desk);
      tellFailure(name, outcome.failure, diagnostic, desk);
    } else if (outcome?.kind === "push-failed") tellFailure(name, outcome.failure, undefined, desk);
    else if (outcome?.kind === "skipped" && outcome.base === undefined) tellCancelled(name, desk);
    else if (outcome?.kind === "built" && request.pushes) tellPushed(outcome.result, desk);
    else if (outcome?.kind === "built") tellResult(outcome.result, desk);
  }
}

async function placeFailure(
  { image, outcome }: ImageRun,
  desk: BuildDesk,
): Promise<Pick<vscode.Location, "uri" | "range"> | undefined> {
  if (outcome?.kind !== "build-failed" || !blamesInstruction(outcome.failure)) return undefined;
  const uri = vscode.Uri.file(image.dockerfile);
  const diagnostic = failureDiagnostic(outcome.failure, await vscode.workspace.openTextDocument(uri));
  if (!diagnostic) return undefined;
  desk.diagnostics.set(uri, [diagnostic]);
  return { uri, range: diagnostic.range };
}

/** A build that was broken off was at some instruction, which can do nothing about it. */
function blamesInstruction({ cause }: FailureDetails): boolean {
  return cause !== "cancelled" && cause !== "connection-lost";
}

/** Says that an image is built, with the way to its name and to the log. */
function tellResult(result: BuildResult, desk: BuildDesk): void {
  const { image, tags, size, duration } = result;
  const name = tags[0] ?? image;
  const text = vscode.l10n.t("Built {0} ({1}) in {2}", name, bytesText(size), secondsText(duration));
  desk.output.appendLine(`\n${text}`);
  void offer(vscode.window.showInformationMessage, text, desk, {
    [vscode.l10n.t("Copy Name")]: () => vscode.env.clipboard.writeText(name),
  });
}

/** Says that an image is built and pushed. */
function tellPushed({ tags }: BuildResult, desk: BuildDesk): void {
  const text = vscode.l10n.t("Built and pushed {0}", tags.join(", "));
  desk.output.appendLine(`\n${text}`);
  void offer(vscode.window.showInformationMessage, text, desk, {
    [vscode.l10n.t("Copy Name")]: () => vscode.env.clipboard.writeText(tags[0] ?? ""),
  });
}

/** Says why there is no image, or why it is not pushed; `place` is the instruction at fault. */
function tellFailure(
  name: string,
  failure: FailureDetails,
  place: Pick<vscode.Location, "uri" | "range"> | undefined,
  desk: BuildDesk,
): void {
  if (failure.cause === "cancelled") {
    tellCancelled(name, desk);
    return;
  }
  desk.output.appendLine(`\n${sentenceOf(failure)}`);
  desk.log.error(`${name}: ${sentenceOf(failure)}`);
  const actions = place
    ? {
        [vscode.l10n.t("Go to Line")]: () =>
          vscode.window.showTextDocument(place.uri, {
            selection: new vscode.Range(place.range.start, place.range.start),
          }),
      }
    : {};
  void offer(
    vscode.window.showErrorMessage,
    vscode.l10n.t("{0}: {1}", name, sentenceOf(failure)),
    desk,
    actions,
  );
}

function tellCancelled(name: string, { output }: BuildDesk): void {
  output.appendLine(`\n${vscode.l10n.t("Cancelled.")}`);
  vscode.window.setStatusBarMessage(vscode.l10n.t("Lab Images: {0} was cancelled", name), statusMs);
}

/** Shows a message with buttons, the last one the way to the log. */
async function offer(
  show: (text: string, ...buttons: string[]) => Thenable<string | undefined>,
  text: string,
  { output }: BuildDesk,
  actions: Readonly<Record<string, () => unknown>>,
): Promise<void> {
  const showLog = vscode.l10n.t("Show Log");
  const chosen = await show(text, ...Object.keys(actions), showLog);
  if (chosen === showLog) output.show(true);
  else if (chosen !== undefined) await actions[chosen]?.();
}
