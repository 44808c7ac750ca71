import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import { showWarning } from "../messages.ts";
import { runCommand } from "../run-command.ts";
import { inBackground } from "../tell-failure.ts";
import { examineHost } from "./examine-host.ts";
import type { HostsDesk } from "./hosts-desk.ts";
import { readSshAddress } from "./ssh-address.ts";

/** Of an SSH host that was to be added. */
export interface AddedHost {
  readonly host: Host;
  /** Whether it is in the user's settings now. */
  readonly isKept: boolean;
  /** What keeps it from building; undefined where nothing does. */
  readonly fault: string | undefined;
}

/**
 * Asks for the address of an SSH host, unless it is given, tries it, and keeps it in the user's settings where it builds;
 * where it does not, the user is told why and may keep it all the same. Undefined when dismissed or cancelled.
 *
 * @throws for a given address that cannot be one
 */
export async function addSshHost(desk: HostsDesk, given?: string): Promise<AddedHost | undefined> {
  const typed = given ?? (await askAddress());
  if (typed === undefined || typed.trim() === "") return undefined;
  const address = readSshAddress(typed);
  if ("fault" in address) throw new Error(address.fault);
  const { url } = address;
  const { namedHost } = await import("../../engine/connection/resolve-host.ts");
  const host = await namedHost(url, "hosts-setting");
  const steps = await examineHost(desk.hosts, host);
  if (!steps) return undefined;
  const failed = steps.find(({ state }) => state === "fail");
  if (failed) {
    inBackground(offerToKeep(host, `${failed.title}: ${failed.what}`, desk), host.name, desk.log);
    return { host, isKept: false, fault: failed.what };
  }
  await desk.list.add(url);
  void desk.states.askAgain(host);
  return { host, isKept: true, fault: undefined };
}

function askAddress(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Add SSH host"),
    prompt: vscode.l10n.t("user@host, user@host:port, or a name of your ssh configuration"),
    placeHolder: "ann@gpu-node.example.org",
    ignoreFocusOut: true,
    validateInput(typed) {
      const address = typed.trim() === "" ? undefined : readSshAddress(typed);
      return address && "fault" in address ? address.fault : undefined;
    },
  });
}

async function offerToKeep(host: Host, fault: string, desk: HostsDesk): Promise<void> {
  const keep = vscode.l10n.t("Add Anyway");
  const text = vscode.l10n.t("{0} was not added. {1}", host.name, fault);
  const doctor = vscode.l10n.t("Doctor");
  const chosen = await showWarning(text, doctor, keep);
  if (chosen === keep) await desk.list.add(host.url);
  if (chosen === doctor) await runCommand("labImages.host.doctor", { host });
}
