import type * as vscode from "vscode";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import type { RegistryLogins } from "../registry/registry-logins.ts";
import type { BuildRuns } from "./build-runs.ts";

/** What a build works with in the editor. */
export interface BuildDesk {
  readonly log: vscode.LogOutputChannel;
  readonly diagnostics: vscode.DiagnosticCollection;
  /** What builds print; made with the first one. */
  readonly output: vscode.OutputChannel;
  readonly hosts: WorkspaceHosts;
  readonly logins: RegistryLogins;
  readonly runs: BuildRuns;
}
