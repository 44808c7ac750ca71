import * as vscode from "vscode";
import { EngineFailure } from "../engine/failure.ts";
import { type FailureAction, failureAction } from "./failure-action.ts";
import { showError } from "./messages.ts";

const statusMs = 4000;

/**
 * Logs a failure, and shows it with what to do about it and a way to the log. What the user has ended is none: it stands in
 * the status bar.
 *
 * @param what that failed, for the log
 * @param retry does it once more
 */
export function tellFailure(
  error: unknown,
  what: string,
  log: vscode.LogOutputChannel,
  retry?: () => unknown,
): void {
  if (error instanceof EngineFailure && error.details.cause === "cancelled") {
    vscode.window.setStatusBarMessage(vscode.l10n.t("Lab Images: {0}", error.details.what), statusMs);
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  log.error(`${what}: ${error instanceof Error ? (error.stack ?? reason) : reason}`);
  const action = error instanceof EngineFailure ? failureAction(error.details, { retry }) : undefined;
  offer(reason, action, log).then(
    (accepted) => {
      if (accepted) inBackground(Promise.resolve().then(accepted.run), what, log);
    },
    // The window closes.
    (unshown: unknown) => log.error(String(unshown)),
  );
}

/** Lets work go on that nobody waits for; where it fails, that is told. */
export function inBackground(work: PromiseLike<unknown>, what: string, log: vscode.LogOutputChannel): void {
  work.then(undefined, (error: unknown) => tellFailure(error, what, log));
}

/** Gives the action where the user takes it. */
async function offer(
  reason: string,
  action: FailureAction | undefined,
  log: vscode.LogOutputChannel,
): Promise<FailureAction | undefined> {
  const showLog = vscode.l10n.t("Show Log");
  const buttons = action ? [action.title, showLog] : [showLog];
  const chosen = await showError(vscode.l10n.t("Lab Images: {0}", reason), ...buttons);
  if (chosen === showLog) log.show();
  return chosen === action?.title ? action : undefined;
}
