import * as vscode from "vscode";
import { type FailureDetails, sentenceOf } from "../../engine/failure.ts";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";
import { bytesText, secondsText } from "../../engine/progress/quantities.ts";
import { failureAction } from "../failure-action.ts";
import { showError, showInformation } from "../messages.ts";
import { runCommand } from "../run-command.ts";
import { inBackground } from "../tell-failure.ts";
import { buildAgain } from "./build-again.ts";
import type { BuildDesk } from "./build-desk.ts";
import type { BuildRun } from "./build-run.ts";
import type { ImageRun } from "./image-run.ts";

const statusMs = 6000;

/** An image that came to nothing. */
interface Failed {
  /** What it is called in messages. */
  readonly name: string;
  readonly failure: FailureDetails;
  /** At its instruction. */
  readonly location: vscode.Location | undefined;
}

/**
 * Tells what came of a run: one message, and a diagnostic at each instruction that failed.
 *
 * @param failureOnly what else there is to say is said elsewhere
 */
export function tellRun(run: BuildRun, failureOnly: boolean, desk: BuildDesk): void {
  const failed = run.images.flatMap((image): Failed[] => {
    const failure = failureOf(image.outcome);
    return failure ? [{ name: image.image.reference, failure, location: placeOf(image, desk) }] : [];
  });
  // Whoever has cancelled is told of what had failed by then.
  const blocked = run.isCancelled ? [] : [...run.blocked];
  failed.push(...blocked.map(([name, failure]) => ({ name, failure, location: undefined })));
  if (failed.length > 0) inBackground(tellFailed(run, failed, desk), run.request.title, desk.log);
  else if (failureOnly) return;
  else if (run.isCancelled) {
    const text = vscode.l10n.t("Lab Images: {0} was cancelled", run.request.title);
    vscode.window.setStatusBarMessage(text, statusMs);
  } else inBackground(tellSuccess(run, desk), run.request.title, desk.log);
}

/** Why an image is not there, or not pushed; that it was cancelled, or its base is not there, is told otherwise. */
function failureOf(outcome: ImageOutcome | undefined): FailureDetails | undefined {
  if (outcome?.kind !== "build-failed" && outcome?.kind !== "push-failed") return undefined;
  return outcome.failure.cause === "cancelled" ? undefined : outcome.failure;
}

function placeOf({ image, outcome, text }: ImageRun, { failures }: BuildDesk): vscode.Location | undefined {
  if (outcome?.kind !== "build-failed" || text === undefined) return undefined;
  return failures.set(image.dockerfile, outcome.failure, text);
}

async function tellFailed(run: BuildRun, failed: readonly Failed[], desk: BuildDesk): Promise<void> {
  for (const { name, failure } of failed) desk.log.error(`${name}: ${sentenceOf(failure)}`);
  const [{ name, failure, location }] = failed as [Failed];
  const reason = sentenceOf(failure);
  const text =
    failed.length === 1
      ? vscode.l10n.t("{0}: {1}", name, reason)
      : vscode.l10n.t("{0} and {1} more: {2}", name, failed.length - 1, reason);
  const retry = () => buildAgain(run.request, desk);
  const action = failureAction(failure, { location, retry, host: run.request.host });
  await offer(showError, text, run, desk, action ? { [action.title]: action.run } : {});
}

async function tellSuccess(run: BuildRun, desk: BuildDesk): Promise<void> {
  const done = run.images.filter(({ state }) => state === "built" || state === "pushed");
  const [first] = done;
  if (!first) {
    const text = vscode.l10n.t("Lab Images: {0} up to date on {1}", run.request.title, run.request.host.name);
    vscode.window.setStatusBarMessage(text, statusMs);
    return;
  }
  const text = done.length === 1 ? textOfOne(first) : textOfSeveral(run, done);
  const last = done.at(-1) ?? first;
  const digest = digestOf(last);
  const { reference } = last.image;
  const copies: Record<string, () => unknown> =
    digest === undefined
      ? { [vscode.l10n.t("Copy Name")]: () => vscode.env.clipboard.writeText(reference) }
      : {
          [vscode.l10n.t("Copy Reference")]: () => vscode.env.clipboard.writeText(`${reference}@${digest}`),
          [vscode.l10n.t("Copy Digest")]: () => vscode.env.clipboard.writeText(digest),
          [vscode.l10n.t("Copy Job Command")]: () =>
            runCommand("labImages.job.copy", vscode.Uri.file(last.image.dockerfile)),
        };
  await offer(showInformation, text, run, desk, copies);
}

function textOfOne({ image: { reference }, outcome, state }: ImageRun): string {
  if (outcome?.kind !== "built") return vscode.l10n.t("Pushed {0}", reference);
  const { size, duration } = outcome.result;
  if (state === "pushed") return vscode.l10n.t("Built and pushed {0} ({1})", reference, bytesText(size));
  return vscode.l10n.t("Built {0} ({1}) in {2}", reference, bytesText(size), secondsText(duration));
}

function textOfSeveral({ started, request }: BuildRun, done: readonly ImageRun[]): string {
  const names = done.map(({ image }) => image.name).join(", ");
  const time = secondsText(Date.now() - started);
  return request.pushes
    ? vscode.l10n.t("Built and pushed {0} in {1}", names, time)
    : vscode.l10n.t("Built {0} in {1}", names, time);
}

/** `sha256:…` of the image in its registry. */
function digestOf({ outcome }: ImageRun): string | undefined {
  return outcome?.kind === "built" || outcome?.kind === "pushed" ? outcome.digests[0] : undefined;
}

/** Shows a message with buttons, the last one the way to what the build printed. */
async function offer(
  show: (text: string, ...buttons: string[]) => Thenable<string | undefined>,
  text: string,
  run: BuildRun,
  { terminals, log }: BuildDesk,
  actions: Readonly<Record<string, () => unknown>>,
): Promise<void> {
  const showLog = vscode.l10n.t("Show Log");
  const chosen = await show(text, ...Object.keys(actions), showLog);
  if (chosen !== showLog) await actions[chosen ?? ""]?.();
  else if (!terminals.reveal(run)) log.show(true);
}
