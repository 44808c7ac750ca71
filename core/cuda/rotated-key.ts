import type { BaseFacts } from "../image/base-facts.ts";
import { parseImageReference } from "../image/reference.ts";
import { withdrawnReleases } from "./catalogue.ts";
import { compareVersions, cudaReleases } from "./releases.ts";
import { isCudaRepository, judgeCudaTag, parseCudaTag } from "./tags.ts";

// NVIDIA changed the key of its apt repository on 2022-04-27 (github.com/NVIDIA/cuda-repo-management issues 1 and 4,
// NVIDIA/nvidia-docker issue 1631) and built the images that it still supported anew under the same tags. Those that it
// had given up by then, and what others had built on them, still hold the old key.
const firstWithNewKey = "11.7";
/** Built anew, and withdrawn later only. */
const builtAnew: ReadonlySet<string> = new Set(["10.2"]);

/** Whether an image that a reference names holds the apt key that NVIDIA has replaced; false where that is not known. */
export function holdsRotatedKey(reference: string, facts: BaseFacts): boolean {
  const parsed = parseImageReference(reference);
  if (!parsed?.tag || parsed.digest !== undefined) return false;
  const { repository, tag } = parsed;
  if (isCudaRepository(repository)) return holdsOldRelease(tag);
  // Its runtime images are built on Ubuntu's.
  if (repository === "docker.io/pytorch/pytorch")
    return facts.cuda?.flavour === "devel" && facts.published !== undefined && facts.published < "2022-05";
  return repository === "docker.io/tensorflow/tensorflow" && oldTensorflow.test(tag);
}

/** Releases of TensorFlow before May 2022; 2.6.4, 2.7.2 and 2.8.1 came in that month. */
const oldTensorflow =
  /^(?:1\.1[3-5]|2\.[0-5]|2\.6\.[0-3]|2\.7\.[01]|2\.8\.0)(?:\.\d+)?(?:-gpu|-devel-gpu)(?:-py3)?(?:-jupyter)?$/;

function holdsOldRelease(tag: string): boolean {
  const { cuda, os } = parseCudaTag(tag);
  if (!cuda || !/^ubuntu(?:16|18|20)\.04$/.test(os ?? "")) return false;
  if (compareVersions(cuda, firstWithNewKey) >= 0 || builtAnew.has(cuda)) return false;
  // An image that there never was is another rule's matter.
  if (judgeCudaTag(tag).kind === "unknown") return false;
  const state = cudaReleases.get(cuda)?.state;
  return withdrawnReleases.includes(cuda) || state === "removed" || state === "presumed-removed";
}
