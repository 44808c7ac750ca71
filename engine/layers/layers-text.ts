import { bytesText } from "../progress/quantities.ts";
import type { ImageLayers } from "./image-layers.ts";
import type { Layer, LayerPart } from "./layer-part.ts";
import { shareText, sumText, whatMade } from "./layer-text.ts";

/** All layers of an image as one text, and the line (from 0) that each of them begins on. */
export interface LayersText {
  readonly text: string;
  readonly lines: ReadonlyMap<Layer, number>;
}

/**
 * The layers as a Dockerfile would have them, each instruction whole, with what it costs above it.
 *
 * @param title what they are of: an image on a host
 * @param shownPath a Dockerfile's absolute path, as a user reads it
 */
export function layersText(
  image: ImageLayers,
  title: string,
  shownPath: (dockerfile: string) => string,
): LayersText {
  const rows = [`# ${title}: ${sumText(image)}.`];
  const lines = new Map<Layer, number>();
  for (const part of image.parts) {
    rows.push("", `# ${part.image}: ${bytesText(part.size)}, ${shareText(part.size, image.size)}`);
    for (const layer of part.layers) {
      const place = placeOf(layer, part, shownPath);
      rows.push("", `# ${bytesText(layer.size)}, ${shareText(layer.size, image.size)}${place}`);
      lines.set(layer, rows.length);
      rows.push(...whatMade(layer).split(/\r?\n/));
    }
  }
  return { text: `${rows.join("\n")}\n`, lines };
}

function placeOf(
  { lines }: Layer,
  { dockerfile }: LayerPart,
  shownPath: (dockerfile: string) => string,
): string {
  return lines && dockerfile !== undefined ? `, ${shownPath(dockerfile)}:${lines.start}` : "";
}
