import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";

/** A lab whose image `lab/base:1`, by the name of `base`, is built from these lines. */
export function labWith(base: string): LabImage {
  const lab = { ...noLab, name: "base" };
  const dockerfile = parseDockerfile(base, lab);
  return {
    ...noLab,
    workspaceBase: (reference) => (reference === "lab/base:1" ? { dockerfile, lab } : undefined),
  };
}
