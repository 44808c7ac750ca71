import { type ImageGraph, imageGraph, pathBetween } from "./image-graph.ts";
import type { Lab } from "./lab.ts";

/** One image of a lab, and what it builds on. */
export interface GraphImage {
  readonly name: string;
  /** The reference that it is built under, as far as the lab says. */
  readonly reference: string;
  /** Absolute path of its Dockerfile; undefined where its folder holds none. */
  readonly dockerfile: string | undefined;
  /** The images of the lab that it builds on. */
  readonly bases: readonly string[];
  /** The other images that its FROM lines name. */
  readonly otherBases: readonly string[];
  /** What the manifest calls an image of the lab and is none. */
  readonly missingBases: readonly string[];
}

/** The images of a lab, with what keeps them from being built. */
export interface LabGraph {
  readonly images: readonly GraphImage[];
  /** Their names, each behind its bases; what cannot be built, and what builds on it, is left out. */
  readonly order: readonly string[];
  /** Images that lead back to themselves, the first one again at the end; one way a cycle. */
  readonly cycles: readonly (readonly string[])[];
}

/** Reads the graph of a lab; the images in the order of their names. */
export function labGraph(lab: Lab): LabGraph {
  const graph = imageGraph(lab);
  const names = [...graph.keys()].sort();
  const images = names.map((name): GraphImage => {
    const path = lab.dockerfileOfImage(name);
    const dockerfile = path !== undefined && lab.holdsDockerfile(name) ? path : undefined;
    const named = [...(graph.get(name) ?? [])].sort();
    const missingBases = named.filter((base) => !graph.has(base));
    const missing = new Set(missingBases.map((base) => lab.referenceOf(base)));
    const others = dockerfile === undefined ? [] : lab.otherBasesOf(dockerfile);
    return {
      name,
      reference: lab.referenceOf(name),
      dockerfile,
      bases: named.filter((base) => graph.has(base)),
      otherBases: [...new Set(others)].filter((reference) => !missing.has(reference)),
      missingBases,
    };
  });
  return { images, order: orderOf(images), cycles: cyclesOf(graph, names) };
}

function orderOf(images: readonly GraphImage[]): string[] {
  const order = new Set<string>();
  for (let before = -1; before < order.size; ) {
    before = order.size;
    for (const { name, bases, missingBases, dockerfile } of images)
      if (dockerfile !== undefined && missingBases.length === 0 && bases.every((base) => order.has(base)))
        order.add(name);
  }
  return [...order];
}

function cyclesOf(graph: ImageGraph, names: readonly string[]): string[][] {
  const told = new Set<string>();
  return names.flatMap((name) => {
    if (told.has(name)) return [];
    const ways = [...(graph.get(name) ?? [])].flatMap((base) => {
      const back = pathBetween(graph, base, name);
      return back ? [[name, ...back]] : [];
    });
    const [shortest] = ways.sort((a, b) => a.length - b.length);
    for (const each of shortest ?? []) told.add(each);
    return shortest ? [shortest] : [];
  });
}
