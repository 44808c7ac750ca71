import * as vscode from "vscode";

/** The folder of the workspace that the user means; undefined when the question is dismissed. */
export async function chooseFolder(placeHolder: string): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === "file") ?? [];
  if (folders.length === 0) throw new Error(vscode.l10n.t("Open the folder of your images first."));
  if (folders.length === 1) return folders[0]!.uri;
  return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri;
}
