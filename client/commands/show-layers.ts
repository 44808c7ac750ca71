import * as vscode from "vscode";
import { unsavedDockerfiles } from "../builds/unsaved-dockerfiles.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { type LayerItem, layerItems, layersTitle } from "../images/layer-items.ts";
import { workOnHost } from "../images/work-on-host.ts";
import { chooseImage } from "../labs/choose-image.ts";
import type { Command } from "./command.ts";

/**
 * Shows what made an image as large as it is, the largest layer first, and goes to the instruction of the one that is chosen;
 * gives where that is, undefined when dismissed or where it is not in the lab's Dockerfiles.
 */
export const showLayers: Command = {
  id: "labImages.image.showLayers",
  async run({ labs, hostsDesk: { hosts } }, subject): Promise<vscode.Location | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image whose layers to show"));
    if (!image) return undefined;
    const { reference, lab, dockerfile } = image;
    const host = await hosts.current(vscode.Uri.file(dockerfile));
    const title = vscode.l10n.t("Looking at the layers of {0} on {1}", reference, host.name);
    const layers = await workOnHost(hosts, host, { title }, async (connection) => {
      const { imageLayers } = await import("../../engine/layers/image-layers.ts");
      return imageLayers(connection, reference, { lab, dockerfile, unsaved: unsavedDockerfiles() });
    });
    const chosen = await vscode.window.showQuickPick(layerItems(layers), {
      title: vscode.l10n.t("{0} on {1}: {2}", reference, host.name, layersTitle(layers)),
      placeHolder: vscode.l10n.t("The largest first; Enter goes to the instruction in the Dockerfile"),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return chosen && goTo(chosen);
  },
};

async function goTo({
  layer: { lines },
  part: { dockerfile },
}: LayerItem): Promise<vscode.Location | undefined> {
  if (!lines || dockerfile === undefined) return undefined;
  const uri = vscode.Uri.file(dockerfile);
  const document = await vscode.workspace.openTextDocument(uri);
  const range = new vscode.Range(
    lines.start - 1,
    0,
    lines.end - 1,
    document.lineAt(lines.end - 1).text.length,
  );
  await vscode.window.showTextDocument(document, { selection: range });
  return new vscode.Location(uri, range);
}
