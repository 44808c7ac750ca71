import * as vscode from "vscode";
import { pinBaseCommand, type WirePlace } from "../../server/protocol.ts";
import { dockerfileSelector } from "../checked-documents.ts";
import { askRegistry, refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

/** Writes the digest that the registry has for a base's tag now behind that tag, as one edit; gives the digest. */
export const pinBase: Command = {
  id: pinBaseCommand,
  async run({ server, accounts }, subject): Promise<string> {
    refuseUntrusted();
    const asked = isPlace(subject) ? subject : placeInEditor();
    const place = await server.pinPlace(asked);
    if (!place) throw new Error(vscode.l10n.t("Open the Dockerfile first."));
    if (place.kind === "none") throw new Error(place.why);
    const { reference, version, before } = place;
    const dockerfile = vscode.Uri.parse(asked.uri, true);
    const digest = await askRegistry(vscode.l10n.t("Asking for {0}", reference), async () => {
      const { pinDigest } = await import("../registry/pin-digest.ts");
      return pinDigest(reference, dockerfile, accounts);
    });
    const document = await vscode.workspace.openTextDocument(dockerfile);
    if (document.version !== version)
      throw new Error(vscode.l10n.t("The file changed while the registry was asked; pin again."));
    const edit = new vscode.WorkspaceEdit();
    const at = new vscode.Position(place.at.line, place.at.character);
    edit.insert(dockerfile, at, `${before}@${digest}`);
    if (!(await vscode.workspace.applyEdit(edit)))
      throw new Error(vscode.l10n.t("VS Code could not apply the changes; is the file read-only?"));
    return digest;
  },
};

/** Another extension or a keybinding may hand over anything. */
function isPlace(subject: unknown): subject is WirePlace {
  const { uri, position } = (subject ?? {}) as Partial<WirePlace>;
  return typeof uri === "string" && Number.isInteger(position?.line) && Number.isInteger(position?.character);
}

function placeInEditor(): WirePlace {
  const editor = vscode.window.activeTextEditor;
  if (!editor || vscode.languages.match(dockerfileSelector, editor.document) === 0)
    throw new Error(vscode.l10n.t("Open a Dockerfile and put the cursor on its FROM first."));
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}
