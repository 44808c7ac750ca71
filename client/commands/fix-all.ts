import * as vscode from "vscode";
import type { FixAllResult, WireTextEdit } from "../../server/protocol.ts";
import { isChecked } from "../checked-documents.ts";
import type { Command } from "./command.ts";

/** Applies every automatic fix to the document in the active editor; says how many, and what is left. */
export const fixAllInEditor: Command = {
  id: "labImages.dockerfile.fixAll",
  async run({ server }): Promise<{ fixed: number; remaining: number }> {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !isChecked(document)) {
      throw new Error(
        vscode.l10n.t(
          "Open a Dockerfile, a build script or lab-images.json first: “Fix all” works on the active editor.",
        ),
      );
    }
    const result = await server.fixAll(document.uri.toString());
    if (!result || result.version !== document.version) {
      throw new Error(vscode.l10n.t("The file changed while it was being checked; run “Fix all” again."));
    }
    // An edit of nothing is none that VS Code applies.
    const hasEdits = result.edits.length > 0 || result.otherFiles.length > 0;
    if (hasEdits && !(await vscode.workspace.applyEdit(toWorkspaceEdit(document, result))))
      throw notApplied(result);
    const { fixed, remaining } = result;
    vscode.window.setStatusBarMessage(
      fixed === 0 && remaining === 0
        ? vscode.l10n.t("Lab Images: nothing to fix")
        : vscode.l10n.t("Lab Images: {0} fixed, {1} left to decide", fixed, remaining),
      6000,
    );
    return { fixed, remaining };
  },
};

/** A file that is there by now is not created: one edit that fails leaves all. */
function notApplied({ otherFiles }: FixAllResult): Error {
  const created = otherFiles.filter(({ exists }) => !exists).map(({ uri }) => vscode.Uri.parse(uri));
  return created.length > 0
    ? new Error(
        vscode.l10n.t(
          "VS Code could not apply the changes, which create {0}. If it is there by now, run “Fix all” again.",
          created.map((uri) => vscode.workspace.asRelativePath(uri)).join(", "),
        ),
      )
    : new Error(vscode.l10n.t("VS Code could not apply the changes; is the file read-only?"));
}

function toWorkspaceEdit(document: vscode.TextDocument, result: FixAllResult): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of result.edits) edit.replace(document.uri, toRange(range), newText);
  for (const { uri, exists, range, newText } of result.otherFiles) {
    const file = vscode.Uri.parse(uri);
    if (!exists) edit.createFile(file);
    edit.replace(file, toRange(range), newText);
  }
  return edit;
}

function toRange({ start, end }: WireTextEdit["range"]): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
