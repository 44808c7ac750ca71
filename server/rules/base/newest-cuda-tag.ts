import { cudaReleases } from "../../../core/cuda/releases.ts";
import { judgeCudaTag } from "../../../core/cuda/tags.ts";

/** The CUDA major that every driver still supported by NVIDIA runs. */
const major = "12.";
const likeTheGuide = ["cudnn-devel-ubuntu22.04", "cudnn8-devel-ubuntu22.04"];

/**
 * What to put between `before` and `after` so that they make a published and supported tag of `nvidia/cuda`: a whole
 * tag as the guide has it (devel, cuDNN, Ubuntu 22.04), or the newest CUDA 12 of that kind. Undefined where no tag fits.
 */
export function newestCudaTag(before: string, after: string): string | undefined {
  if (before !== "" || (after !== "" && !after.startsWith("-"))) return undefined;
  const kinds = after === "" ? likeTheGuide.map((kind) => `-${kind}`) : [""];
  for (const release of cudaReleases.keys()) {
    if (!release.startsWith(major)) continue;
    const found = kinds.find((kind) => judgeCudaTag(release + kind + after).kind === "published");
    if (found !== undefined) return release + found;
  }
  return undefined;
}
