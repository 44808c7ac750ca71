import type { GraphImage, LabGraph } from "../../core/lab/lab-graph.ts";
import { printable } from "../../engine/progress/cells.ts";
import { type Paint, styles } from "../output/paint.ts";

interface Line {
  /** The tree's branches and the name. */
  readonly label: string;
  readonly image: GraphImage | undefined;
  /** What stands beneath it is shown where the image comes first. */
  readonly again: boolean;
}

/**
 * The images as a tree: at the root what they are built on, beneath each image those that build on it. One with several
 * bases stands beneath each of them, what builds on it beneath the first alone.
 */
export function imageTree({ images }: LabGraph, paint: Paint): string {
  const lines: Line[] = [];
  const shown = new Set<string>();
  const add = (image: GraphImage, branch: string, indent: string): void => {
    const children = images.filter(({ bases }) => bases.includes(image.name));
    const again = shown.has(image.name) && children.length > 0;
    lines.push({ label: `${branch}${printable(image.name)}`, image, again });
    if (shown.has(image.name)) return;
    shown.add(image.name);
    addAll(children, indent);
  };
  const addAll = (children: readonly GraphImage[], indent: string): void => {
    for (const [index, child] of children.entries()) {
      const last = index === children.length - 1;
      add(child, `${indent}${last ? "└─ " : "├─ "}`, `${indent}${last ? "   " : "│  "}`);
    }
  };
  for (const base of [...new Set(images.flatMap(({ otherBases }) => otherBases))].sort()) {
    lines.push({ label: printable(base), image: undefined, again: false });
    addAll(
      images.filter(({ otherBases }) => otherBases.includes(base)),
      "",
    );
  }
  for (const image of images) if (!shown.has(image.name) && image.bases.length === 0) add(image, "", "");
  // Of a cycle none stands at a root.
  for (const image of images) if (!shown.has(image.name)) add(image, "", "");
  const width = Math.max(...lines.map(({ label, image }) => (image ? label.length : 0)));
  return lines
    .map(({ label, image, again }) => {
      if (!image) return `${label}\n`;
      const more = `${printable(image.reference)}${again ? ", as above" : ""}`;
      return `${label.padEnd(width)}  ${paint(styles.dim, more)}\n`;
    })
    .join("");
}
