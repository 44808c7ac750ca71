import { minorCompatibility, otherToolkitDrivers } from "./catalogue.ts";
import {
  compareVersions,
  cudaReleases,
  cudnnParts,
  hasImage,
  isSupportedOn,
  minorOf,
  tagName,
  versionNumbers,
} from "./releases.ts";
import { parseCudaTag } from "./tags.ts";

/**
 * How a driver runs the images of a CUDA release: as the toolkit's own or a later one; through the compatibility that
 * CUDA keeps within a major; through the compatibility packages in NVIDIA's images; or not at all.
 */
export type DriverFit = "native" | "minor-compatibility" | "compatibility-packages" | "cannot";

/** What NVIDIA says of the drivers of a CUDA release. A part that the catalogue does not know is undefined. */
export interface DriverNeeds {
  /** The first driver that knows the release: `535.54.03`. */
  readonly toolkit: string | undefined;
  /** The first driver that runs any release of this major: `525`. */
  readonly minimum: string | undefined;
  /** Older branches that NVIDIA's image takes too: `["470", "525"]`; undefined where the catalogue lists no image. */
  readonly branches: readonly string[] | undefined;
}

/** What a CUDA release, written `12.2.2` or `12.2`, needs of the driver. */
export function driverNeeds(cuda: string): DriverNeeds {
  const [major] = versionNumbers(cuda);
  const minor = minorOf(cuda);
  // A driver runs every patch of the minor that it came with.
  const drivers = [...cudaReleases.values()]
    .map((release) => [release.cuda, release.driver] as const)
    .concat(Object.entries(otherToolkitDrivers))
    .flatMap(([release, driver]) => (driver && minorOf(release) === minor ? [driver] : []));
  return {
    toolkit: drivers.sort(compareVersions)[0],
    minimum: minorCompatibility.find((row) => row.major === major)?.driverMin,
    branches: branchesOf(cuda),
  };
}

function branchesOf(cuda: string): string[] | undefined {
  const release = cudaReleases.get(cuda);
  return release && (release.branches?.split(" ") ?? []);
}

/**
 * How a driver, written `535.104.05` or in part (`535`), runs NVIDIA's images of a CUDA release; undefined where that
 * cannot be known. Part of a version has the benefit of the doubt.
 */
export function driverFit(cuda: string, driver: string): DriverFit | undefined {
  if (!/^\d+(\.\d+)*$/.test(driver)) return undefined;
  const { toolkit, minimum, branches } = driverNeeds(cuda);
  if (toolkit && reaches(driver, toolkit)) return "native";
  if (minimum && reaches(driver, minimum)) return "minor-compatibility";
  if (branches?.includes(driver.split(".", 1)[0] ?? "")) return "compatibility-packages";
  return branches && toolkit ? "cannot" : undefined;
}

/** Whether a driver is `needed` or later, as far as both are written out. */
export function reaches(driver: string, needed: string): boolean {
  const [has, needs] = [versionNumbers(driver), versionNumbers(needed)];
  for (const [index, number] of needs.entries()) {
    const difference = (has[index] ?? number) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * The newest published and supported tag of `nvidia/cuda` that surely runs on the driver, with the flavour, the OS and
 * the wish for cuDNN of `tag`; undefined where there is none, or `tag` has parts that no tag of today has.
 */
export function newestTagFor(tag: string, driver: string): string | undefined {
  const { cudnn, flavour, os, rest } = parseCudaTag(tag);
  if (!flavour || !os || rest.length > 0) return undefined;
  for (const release of cudaReleases.values()) {
    if (!isSupportedOn(release, os) || !surelyRuns(release.cuda, driver)) continue;
    const libraries = cudnn === undefined ? [undefined] : cudnnParts(release);
    const library = libraries.find((each) => hasImage(release, { library: each, flavour, os }));
    const found = library !== undefined || cudnn === undefined;
    if (found && hasImage(release, { library, flavour, os }))
      return tagName({ cuda: release.cuda, library, flavour, os });
  }
  return undefined;
}

/** Whether a container of the release's images starts on the driver, and needs nothing besides: what to advise. */
export function surelyRuns(cuda: string, driver: string): boolean {
  const fit = driverFit(cuda, driver);
  const branch = driver.split(".", 1)[0] ?? "";
  return fit === "native" || (fit === "minor-compatibility" && (branchesOf(cuda)?.includes(branch) ?? false));
}
