import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";
import type { ImageDetails } from "../../engine/images/inspect-image.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { workOnHost } from "../images/work-on-host.ts";
import { chooseImage } from "../labs/choose-image.ts";
import type { Command } from "./command.ts";

const statusMs = 6000;

interface RemovalItem extends vscode.QuickPickItem {
  readonly names: readonly string[];
}

/** Removes an image from the host, or only its name in the lab; gives the names that are gone, undefined when dismissed. */
export const removeImageFromHost: Command = {
  id: "labImages.image.remove",
  async run({ labs, hostsDesk: { hosts } }, subject): Promise<readonly string[] | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image to remove from the host"));
    if (!image) return undefined;
    const { reference } = image;
    const host = await hosts.current(vscode.Uri.file(image.dockerfile));
    const asking = vscode.l10n.t("Looking at {0} on {1}", reference, host.name);
    const details = await workOnHost(hosts, host, { title: asking }, async (connection) => {
      const { inspectImage } = await import("../../engine/images/inspect-image.ts");
      return inspectImage(connection, reference);
    });
    const names = await askRemoval(reference, details, host);
    if (!names) return undefined;
    const title = vscode.l10n.t("Removing {0} from {1}", reference, host.name);
    await workOnHost(hosts, host, { title }, async (connection) => {
      const { removeImage } = await import("../../engine/images/remove-image.ts");
      for (const name of names) await removeImage(connection, name);
    });
    const text = vscode.l10n.t("Removed {0} from {1}", names.join(", "), host.name);
    vscode.window.setStatusBarMessage(text, statusMs);
    return names;
  },
};

/** The names to take away; undefined when dismissed. */
async function askRemoval(
  reference: string,
  { names, size }: ImageDetails,
  host: Host,
): Promise<readonly string[] | undefined> {
  const others = names.filter((name) => name !== reference && name !== `${reference}:latest`);
  const whole: RemovalItem = {
    names: names.length > 0 ? names : [reference],
    label: `$(trash) ${vscode.l10n.t("Remove {0} from {1}", reference, host.name)}`,
    detail: vscode.l10n.t("{0}; layers that other images share stay", bytesText(size)),
  };
  const nameAlone: RemovalItem = {
    names: [reference],
    label: `$(tag) ${vscode.l10n.t("Remove only the name {0}", reference)}`,
    detail: vscode.l10n.t("The image stays as {0}", others.join(", ")),
  };
  const all: RemovalItem = {
    ...whole,
    label: `$(trash) ${vscode.l10n.t("Remove the image with all its names from {0}", host.name)}`,
    detail: `${names.join(", ")}; ${whole.detail ?? ""}`,
  };
  const chosen = await vscode.window.showQuickPick(others.length > 0 ? [nameAlone, all] : [whole], {
    title: vscode.l10n.t("Remove {0}", reference),
    placeHolder: vscode.l10n.t("Enter removes what is chosen, Escape leaves everything as it is"),
  });
  return chosen?.names;
}
