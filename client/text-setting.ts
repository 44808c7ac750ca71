import * as vscode from "vscode";

/**
 * What a setting `labImages.<name>` says, without spaces around it; empty where it says nothing. `settings.json` may hold
 * anything, and VS Code hands it on: what is no text counts as nothing.
 *
 * @param scope the file or folder that is worked on: some settings may differ between workspace folders
 */
export function textSetting(name: string, scope?: vscode.Uri): string {
  const value = vscode.workspace.getConfiguration("labImages", scope).get<unknown>(name);
  return typeof value === "string" ? value.trim() : "";
}
