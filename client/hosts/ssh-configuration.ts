import * as vscode from "vscode";

/** Opens the user's ssh configuration, to be made where there is none. */
export async function openSshConfiguration(): Promise<void> {
  const { thisMachine } = await import("../../engine/connection/machine.ts");
  const uri = vscode.Uri.file(thisMachine().sshConfigFile);
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  await vscode.window.showTextDocument(isThere ? uri : uri.with({ scheme: "untitled" }));
}
