import type * as vscode from "vscode";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import type { RegistryLogins } from "../registry/registry-logins.ts";
import type { BuildFailures } from "./build-failures.ts";
import type { RunAgain } from "./build-run.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { RunTerminals } from "./run-terminals.ts";

/** What a build works with in the editor. */
export interface BuildDesk {
  readonly log: vscode.LogOutputChannel;
  readonly hosts: WorkspaceHosts;
  readonly logins: RegistryLogins;
  readonly runs: BuildRuns;
  readonly failures: BuildFailures;
  readonly terminals: RunTerminals;
  /** Begins a run once more. @throws as the run itself does */
  readonly again: (again: RunAgain) => Promise<unknown>;
}
