import { basename, join } from "node:path";
import { looksLikeScript, readBuildScript, type ScriptBuild } from "./build-script.ts";
import { isDockerfileName, isPlainName } from "./dockerfile-name.ts";
import type { LabFiles } from "./files.ts";

/** What a lab's folder holds beside its manifest. */
export interface LabFolder {
  /** The folders with a Dockerfile, by the name of the image that they hold; the root too, where it has one. */
  readonly images: ReadonlyMap<string, string>;
  /** What its build scripts build. */
  readonly builds: readonly FolderBuild[];
}

/** A build of a script, with the script's name. */
export interface FolderBuild extends ScriptBuild {
  readonly script: string;
}

/** Reads the folder at `root` (absolute). */
export function readLabFolder(root: string, files: LabFiles): LabFolder {
  const entries = files.list(root);
  const images = new Map<string, string>();
  for (const { name, isFolder } of entries) {
    const folder = join(root, name);
    if (isFolder && name !== "node_modules" && !name.startsWith(".") && holdsDockerfile(files, folder))
      images.set(name, folder);
  }
  // A Dockerfile in the root itself: the folder is an image too.
  const own = basename(root);
  if (own !== "" && !images.has(own) && entries.some(({ name, isFolder }) => !isFolder && isPlainName(name)))
    images.set(own, root);
  const builds = entries
    .filter(({ name, isFolder }) => !isFolder && looksLikeScript(name))
    .flatMap(({ name: script }) =>
      readBuildScript(files.readText(join(root, script)) ?? "", root).map((build) => ({ ...build, script })),
    );
  return { images, builds };
}

/** Whether a folder holds a Dockerfile of any name. */
export function holdsDockerfile(files: LabFiles, folder: string): boolean {
  return files.list(folder).some((entry) => !entry.isFolder && isDockerfileName(entry.name));
}
