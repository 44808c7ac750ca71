import * as vscode from "vscode";

/**
 * Called ahead of any question: a keybinding or another extension gets past the manifest's `enablement`.
 * @throws where the workspace is not trusted
 */
export function refuseUntrustedBuild(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Error(
    vscode.l10n.t("Building runs what the Dockerfile says. Trust this workspace first, then build again."),
  );
}
