import type { Lab } from "./lab.ts";

/** A place in a text that names an image of the lab: `${image:base}`. */
export interface ImageUse {
  readonly name: string;
  /** Where it begins in the text, and how long it is, braces included. */
  readonly index: number;
  readonly length: number;
}

/** The images that the value of a build argument names. */
export function imageUses(text: string): ImageUse[] {
  return [...text.matchAll(/\$\{image:([^{}]*)\}/g)].map(({ 0: whole, 1: name = "", index }) => ({
    name,
    index,
    length: whole.length,
  }));
}

/** Which images of the lab each one builds on, by what the manifest says and by the FROM lines of its Dockerfile. */
export type ImageGraph = ReadonlyMap<string, ReadonlySet<string>>;

export function imageGraph(lab: Lab): ImageGraph {
  const graph = new Map<string, ReadonlySet<string>>();
  for (const name of lab.imageNames) {
    const bases = new Set<string>();
    for (const value of lab.manifest?.images.get(name)?.args.values() ?? [])
      for (const use of imageUses(value)) bases.add(use.name);
    for (const base of lab.basesOf(lab.dockerfileOfImage(name) ?? "")) bases.add(base);
    graph.set(name, bases);
  }
  return graph;
}

/** The images from `first` to `last` along their bases, both included; undefined where none leads there. */
export function pathBetween(graph: ImageGraph, first: string, last: string): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[first, undefined]]);
  const waiting = [first];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (name === last) {
      const path: string[] = [];
      for (let at: string | undefined = name; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const base of graph.get(name) ?? []) {
      if (cameFrom.has(base)) continue;
      cameFrom.set(base, name);
      waiting.push(base);
    }
  }
  return undefined;
}
