import * as vscode from "vscode";
import type { Host, HostUrl } from "../../engine/connection/host.ts";
import { showWarning } from "../messages.ts";
import { runCommand } from "../run-command.ts";
import { inBackground } from "../tell-failure.ts";
import { askInEditor } from "./ask-ssh.ts";
import type { HostState } from "./host-states.ts";
import type { HostsDesk } from "./hosts-desk.ts";

/**
 * Makes a host this workspace's, and connects to it: whoever chooses one is about to build there. Gives what names it from
 * now on; whether it is reached is told as soon as that is known.
 */
export async function useHost(host: Host, desk: HostsDesk): Promise<HostUrl> {
  const { lastingName } = await import("../../engine/connection/list-hosts.ts");
  const name = lastingName(host);
  // Ahead of the view, which would ask in silence.
  const asked = desk.states.askToWork(host, { ask: askInEditor });
  inBackground(follow(host, asked), host.name, desk.log);
  await desk.hosts.choose(name);
  return name;
}

async function follow(host: Host, asked: Promise<HostState>): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Window,
    title: vscode.l10n.t("Connecting to {0}", host.name),
  };
  const state = await vscode.window.withProgress(options, () => asked);
  if (!("failure" in state)) return;
  const { sentenceOf } = await import("../../engine/failure.ts");
  const doctor = vscode.l10n.t("Doctor");
  const text = vscode.l10n.t("{0} is not reached: {1}", host.name, sentenceOf(state.failure));
  if ((await showWarning(text, doctor)) === doctor) await runCommand("labImages.host.doctor", { host });
}
