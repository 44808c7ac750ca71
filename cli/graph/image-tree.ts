import { type Based, type ForestNode, imageForest } from "../../core/lab/image-forest.ts";
import type { GraphImage, LabGraph } from "../../core/lab/lab-graph.ts";
import { printable } from "../../engine/progress/cells.ts";
import { type Paint, styles } from "../output/paint.ts";

/** An image of the lab, or another one that images of it are built on, which has no reference of the lab's. */
interface TreeImage extends Based {
  readonly label: string;
  readonly reference?: string;
}

interface Line {
  /** The tree's branches and the name. */
  readonly label: string;
  readonly name: string;
  readonly reference: string | undefined;
  /** What stands beneath it is shown where the image comes first. */
  readonly again: boolean;
}

/**
 * The images as a tree: at the root what they are built on, beneath each image those that build on it. One with several
 * bases stands beneath each of them, what builds on it beneath the first alone.
 *
 * @param states how each image stands on a host, by its name
 */
export function imageTree(
  { images }: LabGraph,
  paint: Paint,
  states: ReadonlyMap<string, string> = new Map(),
): string {
  const lines = forestWithBases(images).flatMap((tree) => linesOf(tree, "", ""));
  const width = Math.max(
    ...lines.map(({ label, reference }) => (reference === undefined ? 0 : label.length)),
  );
  const stateWidth = Math.max(0, ...[...states.values()].map(({ length }) => length));
  return lines
    .map(({ label, name, reference, again }) => {
      if (reference === undefined) return `${label}\n`;
      const state = states.size > 0 ? `${(states.get(name) ?? "").padEnd(stateWidth)}  ` : "";
      const more = `${printable(reference)}${again ? ", as above" : ""}`;
      return `${label.padEnd(width)}  ${state}${paint(styles.dim, more)}\n`;
    })
    .join("");
}

/** Of the images and, at the roots, the others that they are built on. */
function forestWithBases(images: readonly GraphImage[]): readonly ForestNode<TreeImage>[] {
  const others = [...new Set(images.flatMap(({ otherBases }) => otherBases))].sort();
  return imageForest<TreeImage>([
    ...others.map((base) => ({ name: keyOfOther(base), label: base, bases: [] })),
    ...images.map(({ name, reference, bases, otherBases }) => ({
      name,
      label: name,
      reference,
      bases: [...otherBases.map(keyOfOther), ...bases],
    })),
  ]);
}

/** No image of a lab is called so. */
function keyOfOther(reference: string): string {
  return `/${reference}`;
}

function linesOf({ image, children, again }: ForestNode<TreeImage>, branch: string, indent: string): Line[] {
  const { label, name, reference } = image;
  const below = children.flatMap((child, index) => {
    const last = index === children.length - 1;
    return linesOf(child, `${indent}${last ? "└─ " : "├─ "}`, `${indent}${last ? "   " : "│  "}`);
  });
  return [{ label: `${branch}${printable(label)}`, name, reference, again }, ...below];
}
