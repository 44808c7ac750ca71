import * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import type { Host } from "../../engine/connection/host.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";

/** What somebody waits for. */
export interface Waiting {
  readonly title: string;
  /** In a notification with Cancel: for what may take long. Else in the status bar. */
  readonly isLong?: boolean;
}

/**
 * Connects to a host, works there and lets go of it; what ssh wants to know is asked.
 *
 * @throws {EngineFailure} where it cannot be reached, and what `work` throws
 */
export async function workOnHost<Result>(
  hosts: WorkspaceHosts,
  host: Host,
  { title, isLong = false }: Waiting,
  work: (connection: Connection, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { Notification, Window } = vscode.ProgressLocation;
  const options = { title, location: isLong ? Notification : Window, cancellable: isLong };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const end = new AbortController();
    token.onCancellationRequested(() => end.abort());
    const connection = await hosts.connect(host, { ask: askInEditor, signal: end.signal });
    try {
      return await work(connection, end.signal);
    } finally {
      void connection.close();
    }
  });
}
