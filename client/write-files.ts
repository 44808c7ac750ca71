import { existsSync } from "node:fs";
import * as vscode from "vscode";

/**
 * Writes whole files, new ones or in the place of what is there: all or none, as one step that can be undone; then on disk,
 * where a build looks.
 *
 * @throws where they cannot be written
 */
export async function writeFiles(files: readonly (readonly [vscode.Uri, string])[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const [uri, text] of files) {
    if (existsSync(uri.fsPath)) edit.replace(uri, new vscode.Range(0, 0, 1_000_000, 0), text);
    else edit.createFile(uri, { contents: Buffer.from(text) });
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    const paths = files.map(([uri]) => uri.fsPath).join(", ");
    throw new Error(vscode.l10n.t("{0} could not be written. May you write to the folder?", paths));
  }
  for (const [uri] of files) {
    const open = vscode.workspace.textDocuments.find(
      (document) => document.uri.toString() === uri.toString(),
    );
    if (open?.isDirty) await open.save();
  }
}
