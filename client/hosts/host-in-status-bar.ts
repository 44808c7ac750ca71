import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import type { StatusBar, StatusBarPart } from "../status-bar.ts";
import { activeFolder, whenActiveFolderChanges } from "./active-folder.ts";
import type { WorkspaceHosts } from "./workspace-hosts.ts";

/** Keeps the host of this workspace in the status bar, or of the active editor's folder where there are several. */
export function showHostInStatusBar(statusBar: StatusBar, hosts: WorkspaceHosts): vscode.Disposable {
  let newest = 0;
  const show = async () => {
    const asked = ++newest;
    const part = await partOf(hosts);
    if (asked === newest) statusBar.showHost(part);
  };
  // After the activation: it waits for nothing.
  queueMicrotask(show);
  return vscode.Disposable.from(
    hosts.onDidChange(show),
    whenActiveFolderChanges(show),
    // Nothing is shown once the item is gone.
    new vscode.Disposable(() => newest++),
  );
}

async function partOf(hosts: WorkspaceHosts): Promise<StatusBarPart> {
  const command = { command: "labImages.host.select", title: vscode.l10n.t("Select host…") };
  try {
    const host = await hosts.current(activeFolder());
    const { whyKnown } = await import("../../engine/connection/list-hosts.ts");
    return { ...wordsOf(host, await whyKnown(host)), command };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      text: `$(warning) ${vscode.l10n.t("no host")}`,
      label: vscode.l10n.t("Lab Images has no host to build on"),
      tooltip: `${reason}\n${vscode.l10n.t("Click to choose a host")}`,
      warns: true,
      command,
    };
  }
}

function wordsOf({ name, url }: Host, why: string): Omit<StatusBarPart, "command"> {
  return {
    text: `$(server) ${name}`,
    label: vscode.l10n.t("Images are built on {0}", name),
    tooltip: vscode.l10n.t(
      "Images are built on {0} ({1}): {2}\nClick to choose another host",
      name,
      url,
      why,
    ),
  };
}
