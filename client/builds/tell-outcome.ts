import * as vscode from "vscode";
import type { BuildResult } from "../../engine/build/build-event.ts";
import { type FailureDetails, sentenceOf } from "../../engine/failure.ts";
import { bytesText, secondsText } from "../../engine/progress/quantities.ts";
import type { BuildDesk } from "./build-desk.ts";

const statusMs = 6000;

/** Says that an image is built, with the way to its name and to the log. */
export function tellResult(result: BuildResult, desk: BuildDesk): void {
  const { image, tags, size, duration } = result;
  const name = tags[0] ?? image;
  const text = vscode.l10n.t("Built {0} ({1}) in {2}", name, bytesText(size), secondsText(duration));
  desk.output.appendLine(`\n${text}`);
  void offer(vscode.window.showInformationMessage, text, desk, {
    [vscode.l10n.t("Copy Name")]: () => vscode.env.clipboard.writeText(name),
  });
}

/** Says that an image is built and pushed. */
export function tellPushed({ tags }: BuildResult, desk: BuildDesk): void {
  const text = vscode.l10n.t("Built and pushed {0}", tags.join(", "));
  desk.output.appendLine(`\n${text}`);
  void offer(vscode.window.showInformationMessage, text, desk, {
    [vscode.l10n.t("Copy Name")]: () => vscode.env.clipboard.writeText(tags[0] ?? ""),
  });
}

/** Says why there is no image, or why it is not pushed; `place` is the instruction at fault. */
export function tellFailure(
  name: string,
  failure: FailureDetails,
  place: Pick<vscode.Location, "uri" | "range"> | undefined,
  desk: BuildDesk,
): void {
  if (failure.cause === "cancelled") {
    desk.output.appendLine(`\n${vscode.l10n.t("Cancelled.")}`);
    vscode.window.setStatusBarMessage(vscode.l10n.t("Lab Images: {0} was cancelled", name), statusMs);
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
