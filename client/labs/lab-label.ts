import * as vscode from "vscode";

/** A lab's folder in short: the workspace folder's name, or the path from there. */
export function labLabel(root: string): string {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === root);
  return folder?.name ?? vscode.workspace.asRelativePath(root);
}
