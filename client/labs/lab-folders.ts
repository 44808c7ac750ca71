import { sep } from "node:path";
import { diskFiles, type LabFiles } from "../../core/lab/files.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { foldersManifest, manifestSources } from "../../core/lab/manifest-sources.ts";

type Place = Pick<Lab, "root" | "manifest">;

/** Where another image may be laid out: in a lab, or in a folder of the workspace that holds none with a manifest. */
export function foldersForImage(labs: readonly Place[], folders: readonly string[]): string[] {
  const holdsManifest = (folder: string) =>
    labs.some(({ root, manifest }) => manifest && `${root}${sep}`.startsWith(folder + sep));
  return [
    ...new Set([...labs.map(({ root }) => root), ...folders.filter((folder) => !holdsManifest(folder))]),
  ];
}

/**
 * Where a manifest may be meant to be written: in a lab or a folder of the workspace that says what its images are, and has
 * none; where each has one, those that have.
 */
export function foldersForManifest(
  labs: readonly Place[],
  folders: readonly string[],
  files: LabFiles = diskFiles,
): string[] {
  const without = labs.filter(({ manifest }) => !manifest).map(({ root }) => root);
  const withOne = labs.filter(({ manifest }) => manifest).map(({ root }) => root);
  const others = folders.filter((folder) => !withOne.includes(folder) && saysImages(folder, files));
  const found = [...new Set([...others, ...without])];
  return found.length > 0 ? found : withOne;
}

function saysImages(folder: string, files: LabFiles): boolean {
  return manifestSources(folder, files).length > 0 || foldersManifest(folder, files, {}) !== undefined;
}
