import { resolve } from "node:path";
import type { Lab } from "../../core/lab/lab.ts";
import { type LabGraph, labGraph } from "../../core/lab/lab-graph.ts";
import type { VariableValues } from "../../core/lab/manifest-variables.ts";
import { placeWithoutDockerfile } from "../../core/lab/missing-dockerfile.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { printable } from "../../engine/progress/cells.ts";
import { cycleMessage } from "../../server/rules/image/cycle-message.ts";
import { exitCodes } from "../exit-codes.ts";
import { labAt } from "../lab-here.ts";
import { LabReader } from "../lab-of.ts";
import { lostTexts } from "../lost-builds.ts";
import type { Terminal } from "../terminal.ts";

/** A lab and its graph. */
export interface FoundGraph {
  readonly lab: Lab;
  readonly graph: LabGraph;
  /** What keeps images from being built, each a sentence. */
  readonly faults: readonly string[];
  /** What is wrong with the lab's manifest, each a sentence. */
  readonly problems: readonly string[];
  /** What the lab's build script or bake file does and is not done here, each a sentence. */
  readonly lost: readonly string[];
}

/** Reads the graph of the lab at `folder`; undefined where there is no image. */
export function findGraph(folder: string, variables: VariableValues): FoundGraph | undefined {
  const labs = new LabReader(process.cwd(), variables);
  const lab = labAt(resolve(folder), labs);
  if (!lab) return undefined;
  const graph = labGraph(lab);
  const lost = lostTexts(lab, lab.lost);
  return { lab, graph, faults: faultsOf(graph, lab), problems: labs.problemsBeside([]), lost };
}

/** Says that a folder holds no image; returns the exit code. */
export function noImages(folder: string, terminal: Pick<Terminal, "err">): number {
  terminal.err(
    `lab-images: ${printable(folder)} holds no image: no folder in it has a Dockerfile, or several and none that is called so. Name the folder that holds the images' folders.\n`,
  );
  return exitCodes.failed;
}

/** What keeps images from being built, each a sentence. */
function faultsOf({ images, cycles }: LabGraph, lab: Lab): string[] {
  const names = images.map(({ name }) => name);
  const missing = images.flatMap(({ name, missingBases }) =>
    missingBases.map((base) => {
      const near = nearestWord(base, names);
      const advice = near === undefined ? `The images are ${names.join(", ")}` : `Write \${image:${near}}`;
      return `${name} builds on \${image:${base}}, and there is no image ${base} in this lab. ${advice}.`;
    }),
  );
  const empty = images
    .filter(({ dockerfile }) => dockerfile === undefined)
    .map(({ name }) => {
      const [what, next] = lab.isLocked(name)
        ? [`The folder ${name} may not be read`, "Ask its owner for access"]
        : [`There is no Dockerfile ${placeWithoutDockerfile(lab, name)}`, "Make one"];
      return `${what}, so this image cannot be built. ${next}, or take the image out of lab-images.json.`;
    });
  return [...cycles.map((path) => cycleMessage(path)), ...missing, ...empty];
}
