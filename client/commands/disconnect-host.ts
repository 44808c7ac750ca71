import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import { hostOfSubject } from "../hosts/host-subject.ts";
import type { Command } from "./command.ts";

/** Lets go of a host: its connection ends with its last build. */
export const disconnectHost: Command = {
  id: "labImages.host.disconnect",
  async run({ hostsDesk }, subject): Promise<void> {
    const { states, hosts, list } = hostsDesk;
    const isConnected = (host: Host) => states.stateOf(host).kind === "reached" || hosts.wasReached(host);
    const question = vscode.l10n.t("The host to disconnect from");
    const host = await hostOfSubject(subject, list, question, isConnected);
    if (!host) return;
    states.disconnect(host);
    hosts.leave(host);
  },
};
