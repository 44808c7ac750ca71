import * as vscode from "vscode";
import type { DoctorStep } from "../../engine/connection/doctor/doctor-step.ts";
import type { Host } from "../../engine/connection/host.ts";
import { activeFolder } from "../hosts/active-folder.ts";
import { examineHost } from "../hosts/examine-host.ts";
import { hostOfSubject } from "../hosts/host-subject.ts";
import type { HostsDesk } from "../hosts/hosts-desk.ts";
import { openSshConfiguration } from "../hosts/ssh-configuration.ts";
import { useHost } from "../hosts/use-host.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { showError, showInformation } from "../messages.ts";
import { runCommand } from "../run-command.ts";
import { inBackground } from "../tell-failure.ts";
import type { Command } from "./command.ts";

/** Looks at each step on the way to a build on a host; gives what was found, undefined when dismissed or cancelled. */
export const doctor: Command = {
  id: "labImages.host.doctor",
  async run({ hostsDesk }, subject): Promise<readonly DoctorStep[] | undefined> {
    refuseUntrusted();
    const host = await hostOfSubject(subject, hostsDesk.list, vscode.l10n.t("The host to look at"));
    if (!host) return undefined;
    const { stepText } = await import("../../engine/connection/doctor/step-text.ts");
    const report = await hostsDesk.reports.begin(host);
    const steps = await examineHost(hostsDesk.hosts, host, (step) => report.add(stepText(step)));
    if (!steps) {
      report.add(vscode.l10n.t("Cancelled."));
      return undefined;
    }
    void hostsDesk.states.askAgain(host);
    inBackground(tell(host, steps, hostsDesk), doctor.id, hostsDesk.log);
    return steps;
  },
};

/** One line of what was found, with the one thing to do that fits. */
async function tell(host: Host, steps: readonly DoctorStep[], desk: HostsDesk): Promise<void> {
  const failed = steps.find(({ state }) => state === "fail");
  if (failed) {
    const text = vscode.l10n.t("{0}: {1}: {2}", host.name, failed.title, failed.what);
    const fits = failed.cause?.startsWith("ssh-")
      ? { title: vscode.l10n.t("Open SSH Configuration"), run: openSshConfiguration }
      : {
          title: vscode.l10n.t("Look Again"),
          run: () => runCommand(doctor.id, { host }),
        };
    if ((await showError(text, fits.title)) === fits.title) await fits.run();
    return;
  }
  const warned = steps.filter(({ state }) => state === "warn").map(({ title }) => title);
  const text =
    warned.length > 0
      ? vscode.l10n.t("{0} builds, with drawbacks: {1}", host.name, warned.join(", "))
      : vscode.l10n.t("{0} is ready to build", host.name);
  const use = vscode.l10n.t("Use for This Workspace");
  const buttons = (await isCurrent(host, desk)) ? [] : [use];
  if ((await showInformation(text, ...buttons)) === use) await useHost(host, desk);
}

async function isCurrent(host: Host, { hosts }: HostsDesk): Promise<boolean> {
  const current = await hosts.current(activeFolder()).catch(() => undefined);
  return current?.url === host.url;
}
