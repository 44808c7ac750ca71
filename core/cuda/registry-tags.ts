import { isTag } from "../image/name-fault.ts";
import { compareVersions, tagName } from "./releases.ts";
import { isCatalogued, parseCudaTag } from "./tags.ts";

/** Tags of `nvidia/cuda` that a registry has and the catalogue does not, as its user asked. */
export interface RegistryTags {
  /** `docker.io` */
  readonly registry: string;
  /** `YYYY-MM-DD` on which it was asked. */
  readonly date: string;
  /** Newest release first. */
  readonly tags: ReadonlySet<string>;
}

/** More than NVIDIA publishes in ten years: what a registry says is bounded. */
const most = 10_000;

/** Those of a registry's tags that name an image as NVIDIA does and that the catalogue lacks; newest release first. */
export function uncataloguedTags(tags: Iterable<string>): string[] {
  const found: { readonly tag: string; readonly cuda: string }[] = [];
  for (const tag of new Set(tags)) {
    const { cuda, cudnn: library, flavour, os, rest } = parseCudaTag(tag);
    if (!cuda || !flavour || !os || rest.length > 0) continue;
    const isWellFormed = isTag(tag) && tagName({ cuda, library, flavour, os }) === tag;
    if (isWellFormed && !isCatalogued(tag)) found.push({ tag, cuda });
  }
  found.sort((a, b) => compareVersions(b.cuda, a.cuda) || (a.tag < b.tag ? -1 : 1));
  return found.slice(0, most).map(({ tag }) => tag);
}
