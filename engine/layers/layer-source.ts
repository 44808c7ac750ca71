import { type Dockerfile, parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction } from "../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../core/dockerfile/shipped-stages.ts";
import { diskFiles } from "../../core/lab/files.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { UnsavedTexts } from "../lab/lab-builds.ts";

/** The Dockerfile that a lab builds an image of, as it is now. */
export interface LayerSource {
  /** The image's name in the lab. */
  readonly name: string | undefined;
  /** Absolute. */
  readonly path: string;
  readonly dockerfile: Dockerfile;
  /** Of the stages whose layers are in the image, in the order in which they run, each stage's FROM first. */
  readonly instructions: readonly Instruction[];
  /** What its first FROM names, variables replaced: `scratch`, or a reference; undefined where that is not known. */
  readonly base: string | undefined;
}

/** Reads the Dockerfile at `path` (absolute); undefined where that cannot be read. */
export function layerSource(
  lab: Lab,
  path: string,
  unsaved: UnsavedTexts = new Map(),
): LayerSource | undefined {
  const text = unsaved.get(path) ?? diskFiles.readText(path);
  if (text === undefined) return undefined;
  const { name, settings, bases } = lab.buildOf(path);
  const dockerfile = parseDockerfile(text, lab.image(path));
  const stages = [...shippedStages(dockerfile, settings.target)].toReversed();
  const base = stages[0]?.resolvedBase ?? undefined;
  return {
    name,
    path,
    dockerfile,
    instructions: stages.flatMap(({ instructions }) => instructions),
    base: base && (bases.get(base) ?? base),
  };
}
