import type * as vscode from "vscode";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import { DoctorReports } from "./doctor-reports.ts";
import { hostProbe } from "./host-probe.ts";
import { HostStates } from "./host-states.ts";
import { KnownHostList } from "./known-host-list.ts";
import type { WorkspaceHosts } from "./workspace-hosts.ts";

/** What commands about hosts work with, and the Hosts view. */
export interface HostsDesk extends vscode.Disposable {
  readonly hosts: WorkspaceHosts;
  /** What can be chosen. */
  readonly list: KnownHostList;
  /** What is known of those that were asked. */
  readonly states: HostStates;
  readonly reports: DoctorReports;
  readonly log: vscode.LogOutputChannel;
}

/** Starts nothing: hosts are asked when somebody wants to know. */
export function createHostsDesk(
  hosts: WorkspaceHosts,
  labs: WorkspaceLabs,
  log: vscode.LogOutputChannel,
): HostsDesk {
  const list = new KnownHostList(hosts, labs);
  const states = new HostStates(hostProbe(hosts));
  const reports = new DoctorReports();
  return {
    hosts,
    list,
    states,
    reports,
    log,
    dispose() {
      list.dispose();
      states.close();
      reports.dispose();
    },
  };
}
