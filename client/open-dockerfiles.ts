import * as vscode from "vscode";

/** Where Dockerfiles are checked: not in the left side of a diff, whose problems nobody can mend. */
const schemes = ["file", "untitled", "vscode-vfs"];

/** The documents that the server is told of. */
export const dockerfileSelector = schemes.map((scheme) => ({ language: "dockerfile", scheme }));

/** Whether the server checks this document. */
export function isDockerfile(document: vscode.TextDocument): boolean {
  return vscode.languages.match(dockerfileSelector, document) > 0;
}

/** Calls `start` once, as soon as a Dockerfile is open; never before the caller's own work is done. */
export function whenDockerfileOpens(start: () => void): vscode.Disposable {
  let started = false;
  const look = (document: vscode.TextDocument) => {
    if (started || !isDockerfile(document)) return;
    started = true;
    opening.dispose();
    start();
  };
  const opening = vscode.workspace.onDidOpenTextDocument(look);
  queueMicrotask(() => vscode.workspace.textDocuments.forEach(look));
  return opening;
}
