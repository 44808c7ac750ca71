import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { labLabel } from "./lab-label.ts";

/**
 * The lab that is meant: the only one, or one that the user picks; undefined where there is none or they dismissed it.
 * @param placeHolder what it is picked for: `The lab whose stale images are built`
 */
export async function pickLab(labs: readonly Lab[], placeHolder: string): Promise<Lab | undefined> {
  const root = await pickFolder(
    labs.map((lab) => lab.root),
    labs,
    placeHolder,
  );
  return labs.find((lab) => lab.root === root);
}

/** As {@link pickLab}, of folders that are a lab's or may become one's. */
export async function pickFolder(
  folders: readonly string[],
  labs: readonly Lab[],
  placeHolder: string,
): Promise<string | undefined> {
  if (folders.length < 2) return folders[0];
  const items = folders.map((folder) => ({
    label: labLabel(folder),
    description: labs.find(({ root }) => root === folder)?.imageNames.join(", ") ?? "",
    // Folders of a workspace may have the same name.
    detail: folder,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.detail;
}

/** The workspace's folders on disk. @throws where there is none */
export function foldersOnDisk(): readonly string[] {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === "file") ?? [];
  if (folders.length === 0) throw new Error(vscode.l10n.t("Open the folder of your images first."));
  return folders.map(({ uri }) => uri.fsPath);
}
