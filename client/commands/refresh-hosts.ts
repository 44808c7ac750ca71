import type { Host } from "../../engine/connection/host.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import type { HostState } from "../hosts/host-states.ts";
import { isHostSubject } from "../hosts/host-subject.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import type { Command } from "./command.ts";

/** A host, whether it is this workspace's, and what is known of it. */
export interface HostAnswer {
  readonly host: Host;
  readonly current: boolean;
  readonly state: HostState;
}

/** Asks a host of the view anew, or all that were asked, and reads the list again. Gives what is known then. */
export const refreshHosts: Command = {
  id: "labImages.host.refresh",
  titleId: "labImages.host.refreshAll",
  async run({ hostsDesk }, subject): Promise<readonly HostAnswer[]> {
    refuseUntrusted();
    const { states, list } = hostsDesk;
    if (isHostSubject(subject)) await states.askAgain(subject.host, { ask: askInEditor });
    else await states.askAllAgain();
    list.refresh();
    const { hosts } = await list.all();
    return hosts.map(({ host, current }) => ({ host, current, state: states.stateOf(host) }));
  },
};
