import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { readLabAt } from "../labs/read-lab.ts";

/** The lab in the folder that the user means; undefined when the question is dismissed. */
export async function labOfWorkspace(): Promise<Lab | undefined> {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === "file") ?? [];
  if (folders.length === 0)
    throw new Error(vscode.l10n.t("Open the folder of your images first: a new image gets a folder in it."));
  const folder =
    folders.length === 1
      ? folders[0]
      : await vscode.window.showWorkspaceFolderPick({
          placeHolder: vscode.l10n.t("The lab that the image belongs to"),
        });
  if (!folder) return undefined;
  return readLabAt(folder.uri);
}
