import * as vscode from "vscode";
import type { HostUrl } from "../../engine/connection/host.ts";
import { activeFolder } from "../hosts/active-folder.ts";
import { addSshHost } from "../hosts/add-ssh-host.ts";
import { hostOfSubject } from "../hosts/host-subject.ts";
import type { HostsDesk } from "../hosts/hosts-desk.ts";
import { type Answer, pickHost } from "../hosts/pick-host.ts";
import { useHost } from "../hosts/use-host.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import type { Command } from "./command.ts";

/** Asks for the host of this workspace; gives what names it, undefined when dismissed or left to the settings. */
export const selectHost: Command = {
  id: "labImages.host.select",
  async run({ hostsDesk }): Promise<HostUrl | undefined> {
    refuseUntrusted();
    const question = vscode.l10n.t("The host that this workspace builds on");
    const chosen = await pickHost(hostsDesk.list, question, await otherAnswers(hostsDesk));
    switch (chosen) {
      case undefined:
        return undefined;
      case "settings":
        await hostsDesk.hosts.choose(undefined);
        return undefined;
      case "add": {
        const added = await addSshHost(hostsDesk);
        return added?.isKept ? useHost(added.host, hostsDesk) : undefined;
      }
      default:
        return useHost(chosen, hostsDesk);
    }
  },
};

/**
 * Makes a host this workspace's: that of a view's item, or the one that a keybinding's `args` name; an empty text goes back to
 * what the settings say. Gives what names it.
 */
export const useThisHost: Command = {
  id: "labImages.host.use",
  async run({ hostsDesk }, subject): Promise<HostUrl | undefined> {
    refuseUntrusted();
    if (subject === "") {
      await hostsDesk.hosts.choose(undefined);
      return undefined;
    }
    const question = vscode.l10n.t("The host that this workspace builds on");
    const host = await hostOfSubject(subject, hostsDesk.list, question);
    return host && useHost(host, hostsDesk);
  },
};

async function otherAnswers({ hosts }: HostsDesk): Promise<readonly Answer<"settings" | "add">[]> {
  const add: Answer<"add"> = { value: "add", label: `$(add) ${vscode.l10n.t("Add SSH host…")}` };
  if (hosts.chosen === undefined) return [add];
  const said = await hosts.bySettings(activeFolder()).then(
    ({ name }) => name,
    (error: Error) => error.message,
  );
  const label = `$(discard) ${vscode.l10n.t("What the settings say")}`;
  return [{ value: "settings", label, description: said }, add];
}
