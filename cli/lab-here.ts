import { dirname, join } from "node:path";
import type { Lab } from "../core/lab/lab.ts";
import { printable } from "../engine/progress/cells.ts";
import { LabReader } from "./lab-of.ts";
import { ownVariables } from "./own-variables.ts";
import type { Terminal } from "./terminal.ts";

/** A lab and what is wrong with its manifest, each a sentence. */
export interface FoundLab {
  readonly lab: Lab;
  readonly problems: readonly string[];
}

/** The lab that the current folder is in, with images or without. */
export function labHere(): FoundLab {
  const start = process.cwd();
  const labs = new LabReader(start, ownVariables());
  const lab = labAt(start, labs) ?? labs.lab(join(start, "Dockerfile"));
  return { lab, problems: labs.problemsBeside([]) };
}

/** The lab of the images in a folder, or the one that the folder is an image of; undefined where neither has an image. */
export function labAt(folder: string, labs: LabReader): Lab | undefined {
  const around = labsAround(folder, labs);
  const hasFolders = (lab: Lab) =>
    lab.imageNames.some((name) => dirname(lab.dockerfileOfImage(name) ?? "") !== lab.root);
  return around.find(hasFolders) ?? around.find((lab) => lab.imageNames.length > 0);
}

/** The lab of a Dockerfile that would lie in a folder of this one, and of one in this folder itself. */
export function labsAround(folder: string, labs: LabReader): readonly Lab[] {
  return [labs.lab(join(folder, "image", "Dockerfile")), labs.lab(join(folder, "Dockerfile"))];
}

/** Says what is wrong with a lab's manifest. */
export function tellProblems(problems: readonly string[], terminal: Pick<Terminal, "err">): void {
  for (const problem of problems) terminal.err(`lab-images: ${printable(problem)}\n`);
}
