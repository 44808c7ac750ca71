import * as vscode from "vscode";
import { hostOfSubject } from "../hosts/host-subject.ts";
import type { Command } from "./command.ts";

/** Lets go of a host: its connection ends with its last build. */
export const disconnectHost: Command = {
  id: "labImages.host.disconnect",
  async run({ hostsDesk }, subject): Promise<void> {
    const host = await hostOfSubject(subject, hostsDesk.list, vscode.l10n.t("The host to disconnect from"));
    if (!host) return;
    hostsDesk.states.disconnect(host);
    hostsDesk.hosts.leave(host);
  },
};
