import { dirname, join } from "node:path";
import { bakeName } from "./bake-file.ts";
import type { LabFiles } from "./files.ts";
import { manifestName } from "./manifest.ts";

/** The path of the file in a folder that says which lab its images are of; undefined where none does. */
export function labFileIn(folder: string, files: LabFiles): string | undefined {
  const paths = [manifestName, bakeName].map((name) => join(folder, name));
  return paths.find((path) => files.readText(path) !== undefined);
}

/**
 * The root of the lab that a Dockerfile belongs to: the nearest folder above it with a manifest; else with a
 * `docker-bake.json`; else the folder that holds the image's folder. None lies outside `boundary` (the workspace folder,
 * the CLI's start).
 */
export function labRootOf(dockerfilePath: string, boundary: string, files: LabFiles): string {
  const folder = dirname(dockerfilePath);
  let baked: string | undefined;
  for (let at = folder; ; at = dirname(at)) {
    if (files.readText(join(at, manifestName)) !== undefined) return at;
    if (files.readText(join(at, bakeName)) !== undefined) baked ??= at;
    if (at === boundary || at === dirname(at)) break;
  }
  if (baked !== undefined) return baked;
  return folder === boundary ? folder : dirname(folder);
}
