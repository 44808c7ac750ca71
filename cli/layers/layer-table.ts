import type { ImageLayers } from "../../engine/layers/image-layers.ts";
import type { Layer, LayerPart } from "../../engine/layers/layer-part.ts";
import { shareText, sumText, whatMadeShort } from "../../engine/layers/layer-text.ts";
import { cutToCells, printable } from "../../engine/progress/cells.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { painter, styles } from "../output/paint.ts";
import { shownPath } from "../shown-path.ts";
import type { Terminal } from "../terminal.ts";

const head = ["SIZE", "SHARE", "LINE"] as const;
const gap = "  ";
/** What part of the whole makes a layer stand out. */
const large = 0.1;

/** The layers in the order in which they were built, those of each image of the chain below its name; then what they add up to. */
export function layerTable(
  image: ImageLayers,
  host: string,
  start: string,
  terminal: Pick<Terminal, "colour" | "width">,
): string {
  const paint = painter(terminal.colour);
  const layers = image.parts.flatMap((part) => part.layers);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...layers.map((layer) => numbersOf(layer, image.size)[column]!.length)),
  );
  const row = (numbers: readonly string[], words: string) => {
    const left = numbers.map((number, column) => number.padStart(widths[column]!)).join(gap);
    return `${left}${gap}${cutToCells(words, terminal.width - left.length - gap.length)}`;
  };
  const lines = [row(head, "INSTRUCTION")];
  for (const part of image.parts) {
    lines.push(paint(styles.bold, cutToCells(partTitle(part, image.size, start), terminal.width)));
    for (const layer of part.layers) {
      const line = row(numbersOf(layer, image.size), whatMadeShort(layer));
      lines.push(layer.size >= image.size * large ? paint(styles.bold, line) : line);
    }
  }
  const sums = [sumText(image), ...remarks(image, host)].map((each) => `${printable(each)}.`);
  return `${[...lines, "", ...sums].join("\n")}\n`;
}

function numbersOf({ size, lines }: Layer, whole: number): readonly string[] {
  return [bytesText(size), shareText(size, whole), lines ? String(lines.start) : ""];
}

/** `lab/base:ssh (base/Dockerfile): 420MB, 3%`. */
function partTitle({ image, dockerfile, size }: LayerPart, whole: number, start: string): string {
  const file = dockerfile === undefined ? "" : ` (${shownPath(dockerfile, start)})`;
  return `${image}${file}: ${bytesText(size)}, ${shareText(size, whole)}`;
}

/** What cannot be told. */
function remarks({ size, parts, missingBase }: ImageLayers, host: string): string[] {
  const unknown = size - parts.reduce((sum, part) => sum + part.size, 0);
  return [
    missingBase === undefined
      ? undefined
      : `What of it is from ${missingBase} cannot be told: that image is not on ${host}, or is another one by now`,
    unknown > 0 ? `Nothing was written down of what made ${bytesText(unknown)} of it` : undefined,
  ].filter((each) => each !== undefined);
}
