import * as vscode from "vscode";
import type { ImageLayers } from "../../engine/layers/image-layers.ts";
import type { Layer, LayerPart } from "../../engine/layers/layer-part.ts";
import { madeByText, shareText } from "../../engine/layers/layer-text.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { withoutIcons } from "../shown-text.ts";

/** A layer in a list to choose from. */
export interface LayerItem extends vscode.QuickPickItem {
  readonly layer: Layer;
  readonly part: LayerPart;
}

/** The layers that add bytes, the largest first: size and share, where it is from, and the instruction. */
export function layerItems({ parts, size }: ImageLayers): readonly LayerItem[] {
  const own = parts.at(-1);
  return parts
    .flatMap((part) =>
      part.layers.map((layer): LayerItem => {
        const isPlaced = layer.lines !== undefined;
        return {
          layer,
          part,
          label: `$(${isPlaced ? "go-to-file" : "package"}) ${bytesText(layer.size)} · ${shareText(layer.size, size)}`,
          description: originOf(layer, part, part !== own),
          detail: withoutIcons(madeByText(layer)),
        };
      }),
    )
    .sort((a, b) => b.layer.size - a.layer.size);
}

/** `16.0GB in 14 layers, 9.32GB (58%) from its base`. */
export function layersTitle({ size, count, parts, missingBase }: ImageLayers): string {
  const fromBase = parts.slice(0, -1).reduce((sum, part) => sum + part.size, 0);
  const whole = vscode.l10n.t("{0} in {1} layers", bytesText(size), count);
  if (missingBase !== undefined) return vscode.l10n.t("{0}, those of {1} among them", whole, missingBase);
  if (parts.length === 1) return whole;
  return vscode.l10n.t("{0}, {1} ({2}) from its base", whole, bytesText(fromBase), shareText(fromBase, size));
}

/** `pytorch/Dockerfile:30`; of a base also its name. */
function originOf({ lines }: Layer, { image, dockerfile }: LayerPart, isBase: boolean): string {
  const place =
    lines && dockerfile !== undefined
      ? `${vscode.workspace.asRelativePath(dockerfile)}:${lines.start}`
      : undefined;
  if (isBase) {
    const from = vscode.l10n.t("from {0}", image);
    return place === undefined ? from : `${place} · ${from}`;
  }
  if (place !== undefined) return place;
  return dockerfile === undefined ? "" : vscode.l10n.t("no longer in the Dockerfile as it was built");
}
