import { bytesText } from "../progress/quantities.ts";
import type { ImageLayers } from "./image-layers.ts";
import type { Layer } from "./layer-part.ts";

/** How much of the whole a part is: `32%`, `<1%`. */
export function shareText(size: number, whole: number): string {
  const percent = whole === 0 ? 0 : (size / whole) * 100;
  return percent > 0 && percent < 1 ? "<1%" : `${Math.round(percent)}%`;
}

/** What made a layer: an instruction, of several lines where it has a here-document. */
export function whatMade({ instruction, isSquashed }: Layer): string {
  if (isSquashed) return "(several instructions, in one layer)";
  return instruction ?? "(nothing was written down of it)";
}

/** The same on one line, as it is read in a list. */
export function whatMadeShort(layer: Layer): string {
  const lines = whatMade(layer).trim().split("\n");
  return lines.map((line) => line.trim().replace(/[ \t]+/g, " ")).join(" ↵ ");
}

/** `16.0GB in 14 layers, 9.32GB (58%) from its base`. */
export function sumText({ size, count, parts }: ImageLayers): string {
  const whole = `${bytesText(size)} in ${count} ${count === 1 ? "layer" : "layers"}`;
  const below = parts.slice(0, -1).reduce((sum, part) => sum + part.size, 0);
  return parts.length === 1
    ? whole
    : `${whole}, ${bytesText(below)} (${shareText(below, size)}) from its base`;
}
