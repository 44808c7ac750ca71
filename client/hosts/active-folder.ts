import * as vscode from "vscode";

/**
 * The folder of the workspace that is worked on: that of the active editor, else the first one. Settings may differ between
 * folders. Undefined where no folder is open.
 */
export function activeFolder(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

/** Calls `changed` when another folder is worked on. */
export function whenActiveFolderChanges(changed: () => void): vscode.Disposable {
  let before = activeFolder()?.toString();
  const look = () => {
    const now = activeFolder()?.toString();
    if (now === before) return;
    before = now;
    changed();
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.workspace.onDidChangeWorkspaceFolders(look),
  );
}
