import { cudaReleases, flavours, hasImage, isSupportedOn, type TagParts } from "./releases.ts";
import { parseCudaTag } from "./tags.ts";

/** One part by which an `nvidia/cuda` tag may go on. */
export interface TagStep {
  readonly kind: "release" | "library" | "flavour" | "os";
  /** As written: `12.2.2`, `cudnn8`, `devel`, `ubuntu22.04`. */
  readonly part: string;
  /** The tag with the part at its end. */
  readonly tag: string;
  /** The CUDA release that the tag names. */
  readonly cuda: string;
  /** Whether it is a whole tag, published under this very name. */
  readonly whole: boolean;
  /** Whether NVIDIA supports an image that begins so, as of the catalogue's date; taken for granted of what came later. */
  readonly supported: boolean;
  /** Whether the catalogue knows an image that begins so; else a registry alone has it. */
  readonly catalogued: boolean;
}

interface Published extends Pick<TagStep, "supported" | "catalogued"> {
  readonly parts: TagParts;
}

/**
 * How a tag that begins with `start` goes on: `""` gives the releases, `12.2.2-` what stands behind one, and so on.
 * `start` ends with a dash, or is empty. Releases come newest first, those that only a registry has ahead of all; only
 * images that can still be pulled are offered.
 */
export function tagSteps(start: string, registryTags: Iterable<string> = []): TagStep[] {
  const steps = new Map<string, TagStep>();
  const wanted = start.split("-").slice(0, -1);
  for (const { parts, supported, catalogued } of published(wanted[0], registryTags)) {
    const written = writtenParts(parts);
    if (!wanted.every((part, index) => written[index]?.part === part)) continue;
    const next = written[wanted.length];
    if (!next) continue;
    const whole = written.length === wanted.length + 1;
    const known = steps.get(next.part);
    steps.set(next.part, {
      ...next,
      tag: start + next.part,
      cuda: parts.cuda,
      whole: whole || known?.whole === true,
      supported: supported || known?.supported === true,
      catalogued: catalogued || known?.catalogued === true,
    });
  }
  return [...steps.values()];
}

/** The tags of one release, or of all. */
function* published(cuda: string | undefined, registryTags: Iterable<string>): Iterable<Published> {
  for (const tag of registryTags) {
    const { cuda: release, cudnn: library, flavour, os } = parseCudaTag(tag);
    if (!release || !flavour || !os || (cuda !== undefined && release !== cuda)) continue;
    yield { parts: { cuda: release, library, flavour, os }, supported: true, catalogued: false };
  }
  const only = cuda === undefined ? undefined : cudaReleases.get(cuda);
  if (cuda !== undefined && !only) return;
  for (const release of only ? [only] : cudaReleases.values()) {
    if (release.state === "removed" || release.state === "presumed-removed") continue;
    for (const [os, { libraries }] of release.images) {
      const supported = isSupportedOn(release, os);
      for (const flavour of flavours)
        for (const library of [undefined, ...libraries]) {
          const parts = { cuda: release.cuda, library, flavour, os };
          if (hasImage(release, parts)) yield { parts, supported, catalogued: true };
        }
    }
  }
}

function writtenParts(parts: TagParts): Pick<TagStep, "kind" | "part">[] {
  const { cuda, library, flavour, os } = parts;
  const written: Pick<TagStep, "kind" | "part">[] = [{ kind: "release", part: cuda }];
  if (library !== undefined) written.push({ kind: "library", part: library });
  written.push({ kind: "flavour", part: flavour });
  if (os) written.push({ kind: "os", part: os });
  return written;
}
