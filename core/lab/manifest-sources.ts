import { join } from "node:path";
import { bakeName, hclNames, readBakeFile } from "./bake-file.ts";
import { bakeManifest } from "./bake-manifest.ts";
import { looksLikeScript, parseBuildScript } from "./build-script.ts";
import type { LabFiles } from "./files.ts";
import { readLabFolder } from "./lab-folder.ts";
import { type ManifestChoices, newManifestText } from "./new-manifest.ts";
import { scriptManifest } from "./script-manifest.ts";
import type { WrittenManifest } from "./written-manifest.ts";

/** A file that says how images are built. */
export interface ManifestSource {
  /** Its name in its folder. */
  readonly file: string;
  /** The manifest that says the same. */
  manifest(choices: ManifestChoices): WrittenManifest;
}

/** The build scripts and the bake file of a folder that build images, in the order of their names. */
export function manifestSources(folder: string, files: LabFiles): ManifestSource[] {
  const names = files.list(folder).flatMap(({ name, isFolder }) => (isFolder ? [] : name));
  const candidates = names.filter((name) => name === bakeName || looksLikeScript(name)).sort();
  return candidates.flatMap((name) => {
    const text = files.readText(join(folder, name));
    return (text === undefined ? undefined : manifestSource(text, name, folder)) ?? [];
  });
}

/** The text of a build script or a bake file in `folder` (absolute) as a source; undefined where it builds no image. */
export function manifestSource(text: string, file: string, folder: string): ManifestSource | undefined {
  if (file.endsWith(".json")) {
    const bake = readBakeFile(text, folder);
    const says = bake.targets.length > 0 || bake.problems.length > 0;
    return says ? { file, manifest: (choices) => bakeManifest(bake, folder, choices) } : undefined;
  }
  const script = parseBuildScript(text, folder);
  if (!script?.steps.some(({ kind }) => kind === "build")) return undefined;
  return { file, manifest: (choices) => scriptManifest(script, folder, choices) };
}

/** The manifest of the folders with a Dockerfile in `folder`; undefined where there are none. */
export function foldersManifest(
  folder: string,
  files: LabFiles,
  choices: ManifestChoices,
): WrittenManifest | undefined {
  const images = [...readLabFolder(folder, files, {}).images.keys()].sort();
  if (images.length === 0) return undefined;
  const text = newManifestText({ images: Object.fromEntries(images.map((name) => [name, {}])) }, choices);
  return { text, images, registry: undefined, placeholder: undefined, unread: [] };
}

/** What to do about a bake file in HCL, which is not read; undefined where there is none, or its JSON beside it. */
export function unreadBake(folder: string, files: LabFiles): string | undefined {
  const names = files.list(folder).map(({ name }) => name);
  const hcl = hclNames.find((name) => names.includes(name));
  if (hcl === undefined || names.includes(bakeName)) return undefined;
  return `${hcl} is not read, as it is written in HCL: docker buildx bake --print all > ${bakeName} writes what can be read (for "all" name your targets or groups).`;
}
