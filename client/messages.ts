import * as vscode from "vscode";
import { withoutLinks } from "./shown-text.ts";

/** Shows a message with buttons; gives the one that was pressed, undefined when dismissed. */
export function showInformation(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(withoutLinks(text), ...buttons);
}

/** As {@link showInformation}, of what should be looked at. */
export function showWarning(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(withoutLinks(text), ...buttons);
}

/** As {@link showInformation}, of what failed. */
export function showError(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(withoutLinks(text), ...buttons);
}
