import { basename, dirname } from "node:path";
import { type ForestNode, imageForest } from "../../../core/lab/image-forest.ts";
import type { Lab } from "../../../core/lab/lab.ts";
import type { GraphImage } from "../../../core/lab/lab-graph.ts";
import type { Host } from "../../../engine/connection/host.ts";
import type { ImageState } from "../../../engine/lab/image-states.ts";
import type { BuildRecord } from "../../builds/build-results.ts";
import type { ImageRun } from "../../builds/image-run.ts";
import type { LabOnHost } from "./labs-on-hosts.ts";
import { type ShownState, shownState } from "./shown-state.ts";

/** An image of a lab in the tree. */
export interface ImageNode {
  readonly kind: "image";
  /** The same for as long as the image stands at this place. */
  readonly id: string;
  readonly lab: Lab;
  readonly host: Host | undefined;
  readonly image: GraphImage;
  /** How it stands on the host, where that is known. */
  readonly state: ImageState | undefined;
  readonly shown: ShownState;
  readonly children: readonly ImageNode[];
}

/** A lab at the root of the tree, where there are several. */
export interface LabNode {
  readonly kind: "lab";
  readonly id: string;
  readonly lab: Lab;
  readonly host: Host | undefined;
  readonly children: readonly ImageNode[];
}

export type Node = ImageNode | LabNode;

/** An image of the tree, as a value for others. */
export interface ShownImage {
  readonly lab: string;
  readonly name: string;
  readonly reference: string;
  /** The URL of its host. */
  readonly host: string | undefined;
  readonly shown: ShownState;
  /** `sha256:…` in its registry. */
  readonly pushed: string | undefined;
  /** How many images it stands beneath. */
  readonly depth: number;
}

/** The images of a node and beneath it, from the top. */
export function shownImages(node: Node): readonly ShownImage[] {
  return imagesBelow(node, 0);
}

function imagesBelow(node: Node, depth: number): readonly ShownImage[] {
  if (node.kind === "lab") return node.children.flatMap((child) => imagesBelow(child, 0));
  const { lab, image, host, shown, state } = node;
  const own = { lab: lab.root, name: image.name, reference: image.reference, host: host?.url, shown };
  return [
    { ...own, pushed: state?.pushed, depth },
    ...node.children.flatMap((child) => imagesBelow(child, depth + 1)),
  ];
}

/** Gives the last run that came to the image of a Dockerfile on the host of a URL, or what is kept of it. */
export type LatestRun = (dockerfile: string, url: string) => ImageRun | BuildRecord | undefined;

/** Gives what is kept of the last build or push of a Dockerfile's image on the host of a URL. */
export type KeptRecord = (dockerfile: string, url: string) => BuildRecord | undefined;

/** The tree: each image beneath its bases; labs at the root where there are several. A lab without images is left out. */
export function imageNodes(
  labs: readonly LabOnHost[],
  latest: LatestRun,
  kept: KeptRecord = () => undefined,
): readonly Node[] {
  const owners = ownersOf(labs);
  const trees = labs.flatMap((each): LabNode[] => {
    const { lab, host, graph } = each;
    const own = graph.images.filter(
      ({ dockerfile }) => dockerfile === undefined || owners.get(dockerfile) === lab,
    );
    if (own.length === 0) return [];
    const children = imageForest(own).map((tree) => nodeOf(tree, each, `${lab.root}\n`, latest, kept));
    return [{ kind: "lab", id: lab.root, lab, host, children }];
  });
  return trees.length === 1 ? trees[0]!.children : trees;
}

/** The lab's folder, and as much of the way to it as tells it from others. */
export function labTitle({ root }: Lab, others: readonly Lab[]): string {
  const name = basename(root);
  const isAlone = others.every((other) => other.root === root || basename(other.root) !== name);
  return isAlone ? name : `${basename(dirname(root))}/${name}`;
}

function nodeOf(
  { image, children }: ForestNode<GraphImage>,
  on: LabOnHost,
  above: string,
  latest: LatestRun,
  kept: KeptRecord,
): ImageNode {
  const { lab, host, states } = on;
  const record = image.dockerfile && host ? kept(image.dockerfile, host.url) : undefined;
  const state = withPush(states.get(image.name), record);
  const run = image.dockerfile && host ? latest(image.dockerfile, host.url) : undefined;
  const id = `${above}/${image.name}`;
  return {
    kind: "image",
    ...{ id, lab, host, image, state },
    shown: shownState(state, run),
    children: children.map((child) => nodeOf(child, on, id, latest, kept)),
  };
}

/** Containerd's image store does not tell what was pushed; the digest under which it was is the image's id there. */
function withPush(state: ImageState | undefined, record: BuildRecord | undefined): ImageState | undefined {
  if (!state?.image || state.pushed !== undefined || record?.reference !== state.reference) return state;
  return record.digest === state.image.id ? { ...state, pushed: record.digest } : state;
}

/**
 * The lab of each Dockerfile: of several that hold it, the one with a manifest whose folder is nearest, else the one whose
 * folder is furthest up.
 */
function ownersOf(labs: readonly LabOnHost[]): ReadonlyMap<string, Lab> {
  const owners = new Map<string, Lab>();
  const byDepth = labs
    .map(({ lab, graph }) => ({ lab, graph }))
    .sort((a, b) => a.lab.root.length - b.lab.root.length);
  for (const { lab, graph } of byDepth)
    for (const { dockerfile } of graph.images)
      if (dockerfile !== undefined && (lab.manifest || !owners.has(dockerfile))) owners.set(dockerfile, lab);
  return owners;
}

/**
 * A row of the tree as a path: the image's Dockerfile (where it would be, if its folder holds none), the lab's folder;
 * undefined for anything else.
 *
 * @param isOfLab for a command that is about a lab: that of an image is meant
 */
export function pathOfNode(subject: unknown, isOfLab = false): string | undefined {
  // Another extension or a keybinding may hand over anything.
  const { kind, image, lab } = (subject ?? {}) as Partial<ImageNode> & { readonly kind?: unknown };
  if (kind === "image" && image && !isOfLab) return image.dockerfile ?? lab?.dockerfileOfImage(image.name);
  return kind === "image" || kind === "lab" ? lab?.root : undefined;
}
