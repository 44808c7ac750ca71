import * as vscode from "vscode";

/**
 * Asks a registry, with progress in the status bar.
 * @throws where the workspace is not trusted: what a folder says must not choose the hosts that are asked
 */
export async function askRegistry<Answer>(title: string, ask: () => Promise<Answer>): Promise<Answer> {
  if (!vscode.workspace.isTrusted)
    throw new Error(
      vscode.l10n.t("This asks a registry, with your login. Trust this workspace first, then try again."),
    );
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, ask);
}
