import * as vscode from "vscode";

/** Runs one of our commands for a button. It tells of its failure itself, so that this ends here. */
export async function runCommand(command: string, ...given: readonly unknown[]): Promise<void> {
  try {
    await vscode.commands.executeCommand(command, ...given);
  } catch {
    // Told.
  }
}
