import * as vscode from "vscode";
import { dockerfileSelector } from "../checked-documents.ts";

/** The texts of Dockerfiles on disk that editors have not saved, by their paths: what is built is what is seen. */
export function unsavedDockerfiles(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const document of vscode.workspace.textDocuments) {
    const { uri, isDirty } = document;
    if (isDirty && uri.scheme === "file" && vscode.languages.match(dockerfileSelector, document) > 0)
      texts.set(uri.fsPath, document.getText());
  }
  return texts;
}
