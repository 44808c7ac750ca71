import * as vscode from "vscode";

/** Calls `changed` when the active editor is one of another folder of the workspace: settings may differ between them. */
export function whenActiveFolderChanges(changed: () => void): vscode.Disposable {
  let before = activeFolder();
  return vscode.window.onDidChangeActiveTextEditor(() => {
    const now = activeFolder();
    if (now === before) return;
    before = now;
    changed();
  });
}

function activeFolder(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri && vscode.workspace.getWorkspaceFolder(uri)?.uri.toString();
}
