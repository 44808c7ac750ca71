import * as vscode from "vscode";
import { runCommand } from "../run-command.ts";
import type { RunAgain } from "./build-run.ts";

/** Asks for a build once more, as its command does; what comes of it is told as of any build. */
export function buildAgain({ command, path }: RunAgain): Promise<void> {
  return runCommand(command, vscode.Uri.file(path));
}
