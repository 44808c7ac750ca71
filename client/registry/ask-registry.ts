import * as vscode from "vscode";

/**
 * Called first by what asks a registry: a keybinding or another extension gets past the manifest's `enablement`.
 * @throws where the workspace is not trusted: what a folder says must not choose the hosts that are asked
 */
export function refuseUntrusted(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Error(
    vscode.l10n.t("This asks a registry, with your login. Trust this workspace first, then try again."),
  );
}

/** Asks a registry, with progress in the status bar. */
export function askRegistry<Answer>(title: string, ask: () => Promise<Answer>): Thenable<Answer> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, ask);
}
