import * as vscode from "vscode";
import { nameFault } from "../../core/image/name-fault.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { workOnHost } from "../images/work-on-host.ts";
import { type ChosenImage, chooseImage } from "../labs/choose-image.ts";
import { showInformation } from "../messages.ts";
import { inBackground } from "../tell-failure.ts";
import type { Command } from "./command.ts";

/** Gives an image one more name on the host; gives that, undefined when dismissed. */
export const tagImageOnHost: Command = {
  id: "labImages.image.tag",
  async run({ labs, hostsDesk: { hosts }, log }, subject, answer): Promise<string | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image to tag"));
    const name = image && (typeof answer === "string" ? answer : await askName(image))?.trim();
    if (!image || name === undefined) return undefined;
    const fault = faultOf(name, image);
    if (fault !== undefined) throw new Error(fault);
    const host = await hosts.current(vscode.Uri.file(image.dockerfile));
    const title = vscode.l10n.t("Tagging {0} on {1}", image.name, host.name);
    await workOnHost(hosts, host, { title }, async (connection) => {
      const { tagImage } = await import("../../engine/images/tag-image.ts");
      await tagImage(connection, image.reference, name);
    });
    const text = vscode.l10n.t("{0} is also called {1} on {2}", image.reference, name, host.name);
    inBackground(tell(text, name), tagImageOnHost.id, log);
    return name;
  },
};

function askName(image: ChosenImage): Thenable<string | undefined> {
  const { name, reference } = image;
  const tag = /:[^/:]*$/.exec(reference);
  const value = tag ? reference : `${reference}:`;
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Tag {0}", name),
    prompt: vscode.l10n.t("One more name for it, with registry and tag"),
    value,
    valueSelection: [(tag?.index ?? reference.length) + 1, value.length],
    validateInput: (text) => faultOf(text.trim(), image),
  });
}

function faultOf(name: string, { reference, lab }: ChosenImage): string | undefined {
  if (name === reference) return vscode.l10n.t("It is called so already.");
  return nameFault(name, lab.values.registry, false)?.message;
}

async function tell(text: string, name: string): Promise<void> {
  const copy = vscode.l10n.t("Copy Name");
  if ((await showInformation(text, copy)) === copy) await vscode.env.clipboard.writeText(name);
}
