import * as vscode from "vscode";
import type { ImageLayers } from "../../engine/layers/image-layers.ts";
import { sumText } from "../../engine/layers/layer-text.ts";
import { unsavedTexts } from "../builds/unsaved-texts.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { type LayerItem, layerItems } from "../images/layer-items.ts";
import { workOnHost } from "../images/work-on-host.ts";
import { chooseImage } from "../labs/choose-image.ts";
import type { Command } from "./command.ts";

/**
 * Shows what made an image as large as it is, the largest layer first, and goes to the instruction of the one that is chosen:
 * in its Dockerfile, else as the image has it. Gives where that is, undefined when dismissed.
 */
export const showLayers: Command = {
  id: "labImages.image.showLayers",
  async run({ labs, layerDocuments, hostsDesk: { hosts } }, subject): Promise<vscode.Location | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image whose layers to show"));
    if (!image) return undefined;
    const { reference, lab, dockerfile } = image;
    const host = await hosts.current(vscode.Uri.file(dockerfile));
    const title = vscode.l10n.t("Looking at the layers of {0} on {1}", reference, host.name);
    const layers = await workOnHost(hosts, host, { title }, async (connection) => {
      const { imageLayers } = await import("../../engine/layers/image-layers.ts");
      return imageLayers(connection, reference, { lab, dockerfile, unsaved: unsavedTexts() });
    });
    const chosen = await vscode.window.showQuickPick(layerItems(layers), {
      title: vscode.l10n.t("{0} on {1}: {2}", reference, host.name, sumOf(layers)),
      placeHolder: vscode.l10n.t("The largest first; Enter goes to the instruction"),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (!chosen) return undefined;
    return (await inDockerfile(chosen)) ?? layerDocuments.show(layers, host, chosen.layer);
  },
};

function sumOf(layers: ImageLayers): string {
  const { missingBase } = layers;
  if (missingBase === undefined) return sumText(layers);
  return vscode.l10n.t("{0}; what is from {1} cannot be told", sumText(layers), missingBase);
}

/** Undefined where it does not stand there as it was built. */
async function inDockerfile({ layer, part }: LayerItem): Promise<vscode.Location | undefined> {
  const { lines } = layer;
  if (!lines || part.dockerfile === undefined) return undefined;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(part.dockerfile));
  const range = document.validateRange(
    new vscode.Range(lines.start - 1, 0, lines.end - 1, Number.MAX_SAFE_INTEGER),
  );
  await vscode.window.showTextDocument(document, { selection: range });
  return new vscode.Location(document.uri, range);
}
