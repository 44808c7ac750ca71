import { layouts, observedTags, releaseRows, withdrawnReleases } from "./catalogue.ts";
import type { ReleaseRow } from "./catalogue-format.ts";

/** What an `nvidia/cuda` image holds: cudart; plus the math libraries and NCCL; plus nvcc and headers. */
export type Flavour = "base" | "runtime" | "devel";

/** The flavours, smallest image first. */
export const flavours: readonly Flavour[] = ["base", "runtime", "devel"];

/** The images of one CUDA release on one OS. */
export interface OsImages {
  readonly flavours: ReadonlySet<Flavour>;
  /** Library parts (`cudnn8`, `cudnn`, `tensorrt`), each published as runtime and as devel. */
  readonly libraries: ReadonlySet<string>;
}

/** One CUDA release that has images in the catalogue. */
export interface CudaRelease extends ReleaseRow {
  /** By the tag's OS part: `ubuntu22.04`. The empty name stands for tags without an OS part (up to CUDA 11.0). */
  readonly images: ReadonlyMap<string, OsImages>;
}

/** The parts that make an `nvidia/cuda` tag. `os` may be empty. */
export interface TagParts {
  readonly cuda: string;
  readonly library?: string | undefined;
  readonly flavour: Flavour;
  readonly os: string;
}

/** `<cuda>-[<library>-]<flavour>-<os>`, the order in which NVIDIA writes them. */
export function tagName({ cuda, library, flavour, os }: TagParts): string {
  return [cuda, library, flavour, os].filter(Boolean).join("-");
}

function decodeLayout(layout: string): ReadonlyMap<string, OsImages> {
  const images = new Map<string, OsImages>();
  for (const group of layout.split(";")) {
    const [key = "", names = ""] = group.split(":");
    const [letters = "", ...libraries] = key.split("+");
    const entry: OsImages = {
      flavours: new Set(flavours.filter((flavour) => letters.includes(flavour.charAt(0)))),
      libraries: new Set(libraries),
    };
    for (const name of names.split(" ")) images.set(name === "." ? "" : name, entry);
  }
  return images;
}

const decodedLayouts = layouts.map(decodeLayout);

/** Every release of the catalogue by the CUDA part of its tags, newest first. */
export const cudaReleases: ReadonlyMap<string, CudaRelease> = new Map(
  releaseRows.map((row) => [row.cuda, { ...row, images: decodedLayouts[row.layout] ?? new Map() }]),
);

/** Whether `os` of the release has the flavour, with the library where one is named. */
export function hasImage(release: CudaRelease, parts: Omit<TagParts, "cuda">): boolean {
  const images = release.images.get(parts.os);
  if (!images) return false;
  if (parts.library === undefined) return images.flavours.has(parts.flavour);
  return parts.flavour !== "base" && images.libraries.has(parts.library);
}

/** Whether NVIDIA supports the release's images on this OS, as of the catalogue's date. */
export function isSupportedOn(release: CudaRelease, os: string): boolean {
  return release.state === "supported" && !(release.droppedOs?.split(" ").includes(os) ?? false);
}

/** The cuDNN parts that a release's images carry, on any OS: `["cudnn8"]`; empty where it has no cuDNN images. */
export function cudnnParts(release: CudaRelease): string[] {
  const parts = new Set([...release.images.values()].flatMap((images) => [...images.libraries]));
  return [...parts].filter((part) => part.startsWith("cudnn")).sort();
}

/** cuDNN's major release by its tag part; the part without a number has meant 9 since CUDA 12.4.1. */
export function cudnnMajor(part: string): number | undefined {
  const digits = /^cudnn(\d*)/.exec(part)?.[1];
  return digits === undefined ? undefined : Number(digits || 9);
}

/** Numbers of a dotted version: `12.2.2` is `[12, 2, 2]`. */
export function versionNumbers(version: string): number[] {
  return version.split(".").map(Number);
}

/** Negative where `a` is the older version. A missing number sorts before any: `11.0` before `11.0.3`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionNumbers(a), versionNumbers(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `12.2` of `12.2.2`. */
export function minorOf(cuda: string): string {
  return cuda.split(".", 2).join(".");
}

/** Tags newer than the catalogue that were seen in public files. */
export const observed: ReadonlySet<string> = new Set(observedTags);

const observedMinors = new Set(observedTags.map((tag) => minorOf(tag.split("-", 1)[0] ?? "")));
const newestCatalogued = releaseRows[0]?.cuda ?? "";

/** The catalogue's releases of a CUDA minor (`12.2`), newest first. */
export function releasesOfMinor(minor: string): CudaRelease[] {
  return [...cudaReleases.values()].filter(({ cuda }) => minorOf(cuda) === minor);
}

/** Whether images of this CUDA minor (`13.3`) exist though the catalogue is too old to list them. */
export function isObservedMinor(minor: string): boolean {
  return observedMinors.has(minor) && releasesOfMinor(minor).length === 0;
}

/**
 * Where a tag's CUDA part stands. `withdrawn`: deleted, and no list of its tags is left. `newer`: the catalogue
 * is too old to know. `never`: no tag begins so.
 */
export type VersionPlace = "catalogued" | "withdrawn" | "newer" | "never";

/** Places a dotted CUDA version of any length against the catalogue. */
export function placeVersion(cuda: string): VersionPlace {
  if (cudaReleases.has(cuda)) return "catalogued";
  if (withdrawnReleases.includes(cuda)) return "withdrawn";
  const numbers = versionNumbers(cuda);
  if (numbers.join(".") !== cuda || numbers.length > 3) return "never";
  const minor = minorOf(cuda);
  if (numbers.length < 3) {
    const known = observedMinors.has(minor) || releasesOfMinor(minor).length > 0;
    const prefix = versionNumbers(newestCatalogued).slice(0, numbers.length).join(".");
    return !known && compareVersions(cuda, prefix) > 0 ? "newer" : "never";
  }
  if (compareVersions(cuda, newestCatalogued) > 0) return "newer";
  const newestPatch = releasesOfMinor(minor)[0]?.cuda;
  // Releases up to 10.2 have two numbers, and no patch of theirs can follow any more.
  const hasPatches = newestPatch !== undefined && versionNumbers(newestPatch).length === 3;
  return hasPatches && compareVersions(cuda, newestPatch) > 0 ? "newer" : "never";
}
