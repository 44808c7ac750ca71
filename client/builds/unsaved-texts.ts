import { basename } from "node:path";
import * as vscode from "vscode";
import { isBesideDockerfile } from "../../core/lab/dockerfile-name.ts";
import { isReadByLab } from "../../core/lab/lab-file.ts";
import { dockerfileSelector } from "../checked-documents.ts";

/**
 * The texts of Dockerfiles on disk, and of the other files that a lab is read from, that editors have not saved, by their
 * paths: what is built is what is seen.
 */
export function unsavedTexts(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const document of vscode.workspace.textDocuments)
    if (document.isDirty && maySayWhatIsBuilt(document)) texts.set(document.uri.fsPath, document.getText());
  return texts;
}

/** Whether what is built may be other than before where this document is. */
export function maySayWhatIsBuilt(document: vscode.TextDocument): boolean {
  const { uri } = document;
  if (uri.scheme !== "file") return false;
  return isDockerfile(document) || isReadByLab(uri.fsPath);
}

/** Whether a document is a Dockerfile that may be built: `Dockerfile.orig` has the language alone. */
export function isDockerfile(document: vscode.TextDocument): boolean {
  if (isBesideDockerfile(basename(document.uri.fsPath))) return false;
  return vscode.languages.match(dockerfileSelector, document) > 0;
}
