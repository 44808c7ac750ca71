import { basename, join } from "node:path";
import { type BakeFile, bakeName, readBakeFile } from "./bake-file.ts";
import { looksLikeScript, readBuildScript, type ScriptBuild } from "./build-script.ts";
import { isDockerfileName, isPlainName, plainNames } from "./dockerfile-name.ts";
import type { FolderEntry, LabFiles } from "./files.ts";
import type { VariableValues } from "./manifest-variables.ts";

/** What a lab's folder holds beside its manifest. */
export interface LabFolder {
  /** The Dockerfiles in its folders, and its own, by the name of the image that each makes: its folder's. */
  readonly images: ReadonlyMap<string, string>;
  /** What its build scripts build. */
  readonly builds: readonly FolderBuild[];
  /** What its `docker-bake.json` says; undefined where it has none. */
  readonly bake: BakeFile | undefined;
}

/** A build of a script, or of another file, with the file's name. */
export interface FolderBuild extends ScriptBuild {
  readonly script: string;
}

/** The Dockerfile that a folder is the image of, there or not. */
export function plainDockerfile(files: LabFiles, folder: string): string {
  return plainAmong(files.list(folder), folder);
}

function plainAmong(entries: readonly FolderEntry[], folder: string): string {
  const name = plainNames.find((each) => entries.some((entry) => entry.name === each));
  return join(folder, name ?? plainNames[0]);
}

/** Reads the folder at `root` (absolute). */
export function readLabFolder(root: string, files: LabFiles, variables: VariableValues): LabFolder {
  const entries = files.list(root);
  const images = new Map<string, string>();
  for (const { name, isFolder } of entries) {
    if (!isFolder || name === "node_modules" || name.startsWith(".")) continue;
    const folder = join(root, name);
    const inside = files.list(folder);
    if (inside.some(isDockerfile)) images.set(name, plainAmong(inside, folder));
  }
  // A Dockerfile in the root itself: the folder is an image too.
  const own = basename(root);
  if (own !== "" && !images.has(own) && entries.some(({ name, isFolder }) => !isFolder && isPlainName(name)))
    images.set(own, plainAmong(entries, root));
  const builds = entries
    .filter(({ name, isFolder }) => !isFolder && looksLikeScript(name))
    .flatMap(({ name: script }) =>
      readBuildScript(files.readText(join(root, script)) ?? "", root).map((build) => ({ ...build, script })),
    );
  const bake = files.readText(join(root, bakeName));
  return { images, builds, bake: bake === undefined ? undefined : readBakeFile(bake, root, variables) };
}

/** Whether a folder holds a Dockerfile of any name. */
export function holdsDockerfile(files: LabFiles, folder: string): boolean {
  return files.list(folder).some(isDockerfile);
}

function isDockerfile({ name, isFolder }: FolderEntry): boolean {
  return !isFolder && isDockerfileName(name);
}
