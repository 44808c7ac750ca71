import * as vscode from "vscode";
import { useAsBase } from "../../core/image/use-as-base.ts";
import { dockerfileSelector } from "../checked-documents.ts";
import { refuseUntrusted } from "../registry/ask-registry.ts";
import { referenceOf, tagOfSubject } from "../registry/tag-subject.ts";
import type { Command } from "./command.ts";

/** Writes a tag of a registry into the FROM of the Dockerfile in the editor; gives its name, undefined when dismissed. */
export const useTagAsBase: Command = {
  id: "labImages.registry.useAsBase",
  async run(context, subject): Promise<string | undefined> {
    refuseUntrusted();
    const editor = dockerfileEditor();
    const placeHolder = vscode.l10n.t("The image to build on");
    const tag = await tagOfSubject(subject, context, placeHolder);
    if (!tag) return undefined;
    const reference = referenceOf(tag);
    const { document, selection } = editor;
    const { span, newText } = useAsBase(document.getText(), document.offsetAt(selection.active), reference);
    const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, newText);
    if (!(await vscode.workspace.applyEdit(edit)))
      throw new Error(vscode.l10n.t("VS Code could not apply the changes; is the file read-only?"));
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(range.start, range.start) });
    return reference;
  },
};

/** The active editor's, else one that is visible beside the view. */
function dockerfileEditor(): vscode.TextEditor {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors];
  const found = editors.find(({ document }) => vscode.languages.match(dockerfileSelector, document) > 0);
  if (found) return found;
  throw new Error(vscode.l10n.t("Open the Dockerfile first whose FROM is to name the image."));
}
