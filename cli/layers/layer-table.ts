import type { ImageLayers } from "../../engine/layers/image-layers.ts";
import type { Layer, LayerPart } from "../../engine/layers/layer-part.ts";
import { madeByText, shareText } from "../../engine/layers/layer-text.ts";
import { cutToCells, printable } from "../../engine/progress/cells.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { counted } from "../output/counted.ts";
import { painter, styles } from "../output/paint.ts";
import { shownPath } from "../shown-path.ts";
import type { Terminal } from "../terminal.ts";

const head = ["SIZE", "SHARE", "LINE"] as const;
const gap = "  ";

/** The layers in the order in which they were built, those of each image of the chain below its name; then what they add up to. */
export function layerTable(
  image: ImageLayers,
  host: string,
  start: string,
  terminal: Pick<Terminal, "colour" | "width">,
): string {
  const paint = painter(terminal.colour);
  const rows = image.parts.map((part) => part.layers.map((layer) => cellsOf(layer, image.size)));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.flat().map((cells) => cells[column]!.length)),
  );
  const line = (cells: readonly string[], instruction: string) => {
    const numbers = cells.map((cell, column) => cell.padStart(widths[column]!)).join(gap);
    const room = terminal.width - numbers.length - gap.length;
    return `${numbers}${gap}${cutToCells(instruction, room)}`.trimEnd();
  };
  const lines = [line(head, "INSTRUCTION")];
  for (const [index, part] of image.parts.entries()) {
    lines.push(paint(styles.bold, cutToCells(partTitle(part, image.size, start), terminal.width)));
    for (const [at, cells] of rows[index]!.entries()) lines.push(line(cells, madeByText(part.layers[at]!)));
  }
  return `${[...lines, "", sumText(image, host)].join("\n")}\n`;
}

function cellsOf({ size, lines }: Layer, whole: number): readonly string[] {
  return [bytesText(size), shareText(size, whole), lines ? String(lines.start) : ""];
}

/** `lab/base:ssh (base/Dockerfile): 420MB, 3%`. */
function partTitle({ image, dockerfile, size }: LayerPart, whole: number, start: string): string {
  const file = dockerfile === undefined ? "" : ` (${shownPath(dockerfile, start)})`;
  return `${image}${file}: ${bytesText(size)}, ${shareText(size, whole)}`;
}

function sumText({ size, count, parts, missingBase }: ImageLayers, host: string): string {
  const whole = `${bytesText(size)} in ${counted(count, "layer")}`;
  const known = parts.reduce((sum, part) => sum + part.size, 0);
  const own = parts.at(-1)?.size ?? 0;
  const sentences = [
    parts.length > 1
      ? `${whole}; ${bytesText(known - own)} (${shareText(known - own, size)}) from its base`
      : whole,
  ];
  if (missingBase !== undefined)
    sentences.push(
      `What of it is from ${missingBase} cannot be told: that image is not on ${host}, or is another one by now`,
    );
  if (size > known) sentences.push(`Nothing was written down of what made ${bytesText(size - known)} of it`);
  return sentences.map((sentence) => `${printable(sentence)}.`).join("\n");
}
