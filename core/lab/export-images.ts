import { relative, sep } from "node:path";
import type { Lab } from "./lab.ts";
import type { LabBuild } from "./lab-build.ts";
import type { LabGraph } from "./lab-graph.ts";
import { variablesIn } from "./manifest-variables.ts";

/** One image as another builder is told of it; every text may hold `${user}` and `${env:NAME}`. */
export interface ExportedImage {
  readonly name: string;
  readonly tag: string;
  readonly otherTags: readonly string[];
  /** From the lab's root, with "/". */
  readonly context: string;
  readonly dockerfile: string;
  readonly args: ReadonlyMap<string, string>;
  /** Arguments whose value only the lab's build script knows. */
  readonly unknownArgs: readonly string[];
  /** The images of the lab that it builds on. */
  readonly bases: readonly { readonly name: string; readonly tag: string }[];
  /** Other names by which its Dockerfile calls some of them, and the tags that those are built under. */
  readonly calledBases: ReadonlyMap<string, string>;
  readonly settings: LabBuild["settings"];
}

/** The images of a lab that can be built, each behind its bases. Read the lab without user and environment, so that variables stay. */
export function exportImages(lab: Lab, { images, order }: LabGraph): ExportedImage[] {
  const from = (path: string) => relative(lab.root, path).replaceAll(sep, "/") || ".";
  return order.flatMap((name): ExportedImage[] => {
    const image = images.find((each) => each.name === name);
    if (image?.dockerfile === undefined) return [];
    const {
      context,
      tag = image.reference,
      otherTags,
      args,
      unfinished,
      settings,
      bases: calledBases,
    } = lab.buildOf(image.dockerfile);
    const given = [...args].map(([key, value]) => [key, value ?? unfinished.get(key) ?? null] as const);
    const known = given.flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, value]]));
    return [
      {
        name,
        tag,
        otherTags,
        context: from(context),
        dockerfile: from(image.dockerfile),
        args: new Map(known),
        unknownArgs: given.flatMap(([key, value]) => (value === null ? key : [])),
        bases: image.bases.map((base) => ({ name: base, tag: lab.referenceOf(base) })),
        calledBases,
        settings,
      },
    ];
  });
}

/** The variables in what is exported, each once: `user`, `env:NAME`. */
export function exportedVariables(images: readonly ExportedImage[]): string[] {
  return variablesIn(
    images.flatMap(({ tag, otherTags, args }) => [tag, ...otherTags, ...args.values()]).join("\n"),
  );
}
