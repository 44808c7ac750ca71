import * as vscode from "vscode";
import type { FileDigests } from "../../../engine/lab/file-digests.ts";
import { unsavedTexts } from "../../builds/unsaved-texts.ts";
import type { WorkspaceHosts } from "../../hosts/workspace-hosts.ts";
import { readLabAt } from "../../labs/read-lab.ts";
import type { WorkspaceLabs } from "../../labs/workspace-labs.ts";
import type { LabSource } from "./labs-on-hosts.ts";

/** The labs of the workspace and its hosts. The engine is loaded when a host is first asked. */
export function workspaceSource(
  labs: WorkspaceLabs,
  hosts: WorkspaceHosts,
  log: vscode.LogOutputChannel,
): LabSource {
  let digests: FileDigests | undefined;
  return {
    labs: async () => {
      try {
        return await labs.all();
      } catch (error) {
        // The editor's own search failed: the view is empty, and Refresh searches again.
        log.error(error instanceof Error ? error : String(error));
        return [];
      }
    },
    host: ({ root }) => hosts.current(vscode.Uri.file(root)),
    // A daemon of this machine is there or not; anything else may ask the user, or wait for a network.
    mayAsk: (host) =>
      vscode.workspace.isTrusted && (/^(?:unix|npipe):/.test(host.url) || hosts.wasReached(host)),
    connect: (host, options) => hosts.connect(host, options),
    states: async (lab, connection, signal) => {
      const { imageStates } = await import("../../../engine/lab/image-states.ts");
      digests ??= (await import("../../../engine/lab/user-digests.ts")).userDigests();
      // A build takes what the editor shows.
      const unsaved = unsavedTexts();
      const seen = unsaved.size > 0 ? readLabAt(vscode.Uri.file(lab.root), unsaved) : lab;
      return imageStates(seen, connection, { signal, digests, unsaved });
    },
    watch: async (connection, signal, changed) => {
      const { watchImages } = await import("../../../engine/images/watch-images.ts");
      watchImages(connection, signal, changed);
    },
  };
}
