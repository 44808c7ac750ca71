import * as vscode from "vscode";
import type { RunAgain } from "./build-run.ts";

/** Asks for a build once more, as its command does. */
export function buildAgain({ command, path }: RunAgain): Thenable<unknown> {
  return vscode.commands.executeCommand(command, vscode.Uri.file(path));
}
