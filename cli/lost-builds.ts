import { join } from "node:path";
import type { Lab } from "../core/lab/lab.ts";
import { type ManifestProblem, problemText } from "../core/lab/manifest-text.ts";

/** What a lab's build script or bake file has done, and what is built of the lab goes without: each a sentence with its place. */
export function lostTexts({ root }: Lab, lost: readonly ManifestProblem[]): string[] {
  return lost.map((problem) => problemText({ ...problem, file: join(root, problem.file) }));
}
