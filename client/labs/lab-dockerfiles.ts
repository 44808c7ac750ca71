import type { Lab } from "../../core/lab/lab.ts";

/** Absolute paths of the Dockerfiles of a lab's images. */
export function dockerfilesOf(lab: Lab): string[] {
  return lab.imageNames.flatMap((name) => lab.dockerfileOfImage(name) ?? []);
}
