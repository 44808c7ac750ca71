import * as vscode from "vscode";
import type { ImageLayers } from "../../engine/layers/image-layers.ts";
import type { Layer, LayerPart } from "../../engine/layers/layer-part.ts";
import { shareText, whatMadeShort } from "../../engine/layers/layer-text.ts";
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
      part.layers.map(
        (layer): LayerItem => ({
          layer,
          part,
          label: `$(${part === own ? "layers-active" : "layers"}) ${bytesText(layer.size)} · ${shareText(layer.size, size)}`,
          description: originOf(layer, part, part !== own),
          detail: withoutIcons(whatMadeShort(layer)),
        }),
      ),
    )
    .sort((a, b) => b.layer.size - a.layer.size);
}

/** `pytorch/Dockerfile:30`; of a base also its name. */
function originOf({ lines }: Layer, { image, dockerfile }: LayerPart, isBase: boolean): string {
  const file = dockerfile === undefined ? undefined : vscode.workspace.asRelativePath(dockerfile);
  const place =
    lines && file !== undefined
      ? `${file}:${lines.start}`
      : file && vscode.l10n.t("no longer in {0} as it was built", file);
  return [place, isBase ? vscode.l10n.t("from {0}", image) : undefined]
    .filter((part) => part !== undefined)
    .join(" · ");
}
