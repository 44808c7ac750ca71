import { strict as assert } from "node:assert";
import { join } from "node:path";
import * as vscode from "vscode";

/** The id of the extension under test. */
export const extensionId = "lab-images.lab-images";

/** The path of a file of the opened example lab. */
export function labFile(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "a folder is open");
  return vscode.Uri.file(join(folder.uri.fsPath, path));
}

/** Opens a file of the example lab in the editor. */
export async function openLabFile(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(labFile(path)));
}

/** Opens an unsaved Dockerfile with this text. */
export async function openText(content: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: "dockerfile", content }),
  );
}

/** Our diagnostics of a document, as the Problems panel shows them. */
export function problems(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "lab-images");
}

/** The codes of our diagnostics of a document, each once, in order. */
export function problemCodes(uri: vscode.Uri): string[] {
  return [...new Set(problems(uri).map(codeOf))].sort();
}

/** The rule code of a diagnostic, with or without a link. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

/** Milliseconds; what takes a second alone takes several beside other work. */
const onSlowMachines = 60_000;

/** Waits until `look` gives something true; what it gave last is in the error. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  timeout = onSlowMachines,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > end)
      throw new Error(`${what}: not within ${timeout} ms; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
