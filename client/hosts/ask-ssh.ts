import * as vscode from "vscode";
import type { AskUser } from "../../engine/connection/connection.ts";
import { withoutLinks } from "../shown-text.ts";

/** Asks in the editor what ssh wants to know while it logs in. */
export const askInEditor: AskUser = async ({ kind, prompt, host }, signal) => {
  if (signal.aborted) return undefined;
  if (kind === "notice") return showNotice(prompt, host.name, signal);
  if (kind === "secret") return askSecret(prompt, host.name, signal);
  const yes = vscode.l10n.t("Connect");
  const title = vscode.l10n.t("Connect to {0}?", host.name);
  const chosen = await vscode.window.showWarningMessage(title, { modal: true, detail: prompt }, yes);
  return chosen === yes && !signal.aborted ? "yes" : undefined;
};

/** Shows what ssh waits for, such as a key to be touched, as long as it does. */
async function showNotice(prompt: string, title: string, signal: AbortSignal): Promise<undefined> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `${title}: ${withoutLinks(prompt)}` },
    () =>
      new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
        if (signal.aborted) resolve();
      }),
  );
}

async function askSecret(prompt: string, title: string, signal: AbortSignal): Promise<string | undefined> {
  const cancel = new vscode.CancellationTokenSource();
  const onAbort = () => cancel.cancel();
  signal.addEventListener("abort", onAbort);
  try {
    return await vscode.window.showInputBox(
      { title, prompt: withoutLinks(prompt), password: true, ignoreFocusOut: true },
      cancel.token,
    );
  } finally {
    signal.removeEventListener("abort", onAbort);
    cancel.dispose();
  }
}
