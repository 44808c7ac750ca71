import * as vscode from "vscode";
import { checkedSchemes } from "../server/protocol.ts";

/** Dockerfiles that are checked. */
export const dockerfileSelector = checkedSchemes.map((scheme) => ({ language: "dockerfile", scheme }));

const scriptSelector = checkedSchemes.map((scheme) => ({ language: "shellscript", scheme }));
const manifestSelector = ["json", "jsonc"].flatMap((language) =>
  checkedSchemes.map((scheme) => ({ language, scheme, pattern: "**/lab-images.json" })),
);

/** The documents that are checked: Dockerfiles, shell scripts, and the lab's manifest. */
export const checkedSelector = [...dockerfileSelector, ...scriptSelector, ...manifestSelector];

/** Those that the server is told of: also the files that its fixes add lines to, as they are in the editor. */
export const sentSelector = [
  ...checkedSelector,
  ...checkedSchemes.map((scheme) => ({
    scheme,
    pattern: "**/{requirements.txt,*.dockerignore,.dockerignore}",
  })),
];

/** Whether the server checks this document. */
export function isChecked(document: vscode.TextDocument): boolean {
  return vscode.languages.match(checkedSelector, document) > 0;
}

/** Whether there is anything to check: a shell script is worth a server only when it speaks of images. */
function isWorthStarting(document: vscode.TextDocument): boolean {
  if (vscode.languages.match(scriptSelector, document) === 0) return isChecked(document);
  return /\b(?:docker|podman|nerdctl|buildah)\b/.test(document.getText());
}

/** Calls `start` once, as soon as there is something to check; never before the caller's own work is done. */
export function whenSomethingToCheck(start: () => void): vscode.Disposable {
  let started = false;
  const look = (document: vscode.TextDocument) => {
    if (started || !isWorthStarting(document)) return;
    started = true;
    listeners.dispose();
    start();
  };
  const listeners = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
  );
  queueMicrotask(() => vscode.workspace.textDocuments.forEach(look));
  return listeners;
}
