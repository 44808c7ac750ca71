import * as vscode from "vscode";

/**
 * Calls `changed` when docker's configuration names another context (`docker context use`). Its file lies outside of the
 * workspace, and is written for logins too.
 */
export async function watchDockerContext(changed: () => void): Promise<vscode.Disposable> {
  const { dockerConfigFolder, thisMachine } = await import("../../engine/connection/machine.ts");
  const { currentContext } = await import("../../engine/connection/docker-context.ts");
  const machine = thisMachine();
  // A file that cannot be read names none, and says so where a host is resolved.
  const read = () =>
    currentContext(machine).then(
      (context) => context?.name,
      () => "",
    );
  const folder = vscode.Uri.file(dockerConfigFolder(machine));
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, "config.json"));
  let before = await read();
  const look = async () => {
    const now = await read();
    if (now === before) return;
    before = now;
    changed();
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidChange(look),
    watcher.onDidDelete(look),
  );
}
