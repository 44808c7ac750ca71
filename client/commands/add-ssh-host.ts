import * as vscode from "vscode";
import { type AddedHost, addSshHost } from "../hosts/add-ssh-host.ts";
import type { HostsDesk } from "../hosts/hosts-desk.ts";
import { useHost } from "../hosts/use-host.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { showInformation } from "../messages.ts";
import { inBackground } from "../tell-failure.ts";
import type { Command } from "./command.ts";

/** Adds an SSH host to the user's list; a keybinding's `args` may be its address. Undefined when dismissed. */
export const addHost: Command = {
  id: "labImages.host.addSsh",
  async run({ hostsDesk }, subject): Promise<AddedHost | undefined> {
    refuseUntrusted();
    const added = await addSshHost(hostsDesk, typeof subject === "string" ? subject : undefined);
    if (added?.isKept) inBackground(offerToUse(added, hostsDesk), addHost.id, hostsDesk.log);
    return added;
  },
};

async function offerToUse({ host }: AddedHost, desk: HostsDesk): Promise<void> {
  const use = vscode.l10n.t("Use for This Workspace");
  const text = vscode.l10n.t("{0} is ready to build, and in your list of hosts", host.name);
  if ((await showInformation(text, use)) === use) await useHost(host, desk);
}
