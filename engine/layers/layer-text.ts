import type { Layer } from "./layer-part.ts";

/** How much of the whole a part is: `32%`, `<1%`. */
export function shareText(size: number, whole: number): string {
  const percent = whole === 0 ? 0 : (size / whole) * 100;
  return percent > 0 && percent < 1 ? "<1%" : `${Math.round(percent)}%`;
}

/** What made a layer, on one line, as it is read in a list. */
export function madeByText({ instruction, isSquashed }: Layer): string {
  if (isSquashed) return "(several instructions, in one layer)";
  return instruction === undefined ? "(nothing was written down of it)" : oneLine(instruction);
}

function oneLine(instruction: string): string {
  return instruction
    .trim()
    .replace(/[ \t]*\r?\n[ \t]*/g, " ↵ ")
    .replace(/[ \t]+/g, " ");
}
