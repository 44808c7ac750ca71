import { basename, dirname, join } from "node:path";
import { type BakeFile, bakeName, readBakeFile } from "./bake-file.ts";
import { looksLikeScript, parseBuildScript } from "./build-script.ts";
import { isDockerfileName, plainNames } from "./dockerfile-name.ts";
import type { FolderEntry, LabFiles } from "./files.ts";
import {
  bakeBuilds,
  type FolderBuild,
  isReadWhole,
  onePerDockerfile,
  type StatedBuild,
  scriptBuilds,
} from "./folder-build.ts";
import type { VariableValues } from "./manifest-variables.ts";

/** What a lab's folder holds beside its manifest. */
export interface LabFolder {
  /** The Dockerfiles in its folders, and its own, by the name of the image that each makes: its folder's. */
  readonly images: ReadonlyMap<string, string>;
  /** The names of its folders that hold Dockerfiles, by their paths: also those of several, none of which is the main one. */
  readonly names: ReadonlyMap<string, string>;
  /** What its build scripts build. */
  readonly scripted: readonly StatedBuild[];
  /** What its `docker-bake.json` builds. */
  readonly baked: readonly StatedBuild[];
  /** What its `docker-bake.json` says; undefined where it has none. */
  readonly bake: BakeFile | undefined;
  /** The build scripts of which every build is known, by absolute path. */
  readonly wholeScripts: readonly string[];
}

/**
 * The path of the Dockerfile that a folder is the image of: the one that is called as Docker looks for it, or the only
 * one. Undefined where it holds none, or several of other names.
 */
export function mainDockerfile(files: LabFiles, folder: string): string | undefined {
  return mainAmong(files.list(folder), folder);
}

function mainAmong(entries: readonly FolderEntry[], folder: string): string | undefined {
  const found = dockerfilesAmong(entries);
  const name = plainNames.find((each) => found.includes(each)) ?? (found.length === 1 ? found[0] : undefined);
  return name === undefined ? undefined : join(folder, name);
}

/** The names of the Dockerfiles in a folder. */
export function dockerfilesIn(files: LabFiles, folder: string): string[] {
  return dockerfilesAmong(files.list(folder));
}

function dockerfilesAmong(entries: readonly FolderEntry[]): string[] {
  return entries.flatMap(({ name, isFolder }) => (!isFolder && isDockerfileName(name) ? name : []));
}

/** Reads the folder at `root` (absolute). */
export function readLabFolder(root: string, files: LabFiles, variables: VariableValues): LabFolder {
  const entries = files.list(root);
  const images = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { name, isFolder } of entries) {
    if (!isFolder || name === "node_modules" || name.startsWith(".")) continue;
    const folder = join(root, name);
    const inside = files.list(folder);
    if (dockerfilesAmong(inside).length > 0) names.set(folder, name);
    const main = mainAmong(inside, folder);
    if (main !== undefined) images.set(name, main);
  }
  // A Dockerfile in the root itself: the folder is an image too.
  const own = basename(root);
  const beside = dockerfilesAmong(entries);
  const plain = plainNames.find((name) => beside.includes(name));
  if (own !== "" && !images.has(own) && plain !== undefined) images.set(own, join(root, plain));
  const mains = new Map([...images.values()].map((path) => [dirname(path), path]));
  const scripts = entries
    .filter(({ name, isFolder }) => !isFolder && looksLikeScript(name))
    .flatMap(({ name }) => {
      const script = parseBuildScript(files.readText(join(root, name)) ?? "", root);
      return script ? [{ name, script }] : [];
    });
  const bakeText = files.readText(join(root, bakeName));
  const bake = bakeText === undefined ? undefined : readBakeFile(bakeText, root, variables);
  return {
    images,
    names,
    scripted: scripts
      .flatMap(({ name, script }) => scriptBuilds(name, script))
      .map((each) => withContainerfile(each, mains)),
    baked: bake ? bakeBuilds(bake) : [],
    bake,
    wholeScripts: scripts.flatMap(({ name, script }) => (isReadWhole(script) ? join(root, name) : [])),
  };
}

/** podman and buildah take a folder's Containerfile where it holds no Dockerfile. */
function withContainerfile(stated: StatedBuild, mains: ReadonlyMap<string, string>): StatedBuild {
  const { dockerfile } = stated.build;
  const main = mains.get(dirname(dockerfile)) ?? "";
  const isOther = basename(dockerfile) === plainNames[0] && basename(main) === plainNames[1];
  return isOther ? { ...stated, build: { ...stated.build, dockerfile: main } } : stated;
}

/**
 * The builds that a folder's files say, by their Dockerfiles: those of the scripts, and without a manifest the targets of
 * `docker-bake.json` in front of them.
 *
 * @param root of the lab, absolute
 */
export function buildsIn(
  { scripted, baked }: LabFolder,
  root: string,
  hasManifest: boolean,
): ReadonlyMap<string, FolderBuild> {
  const targets = onePerDockerfile(hasManifest ? [] : baked, root);
  const others = scripted.filter(({ build }) => !targets.has(build.dockerfile));
  return new Map([...targets, ...onePerDockerfile(others, root)]);
}

/** The files (absolute paths) of which every build is known. */
export function filesReadWhole(
  { wholeScripts, bake }: LabFolder,
  root: string,
  hasManifest: boolean,
): ReadonlySet<string> {
  const isBakeRead = !hasManifest && bake?.problems.length === 0;
  return new Set([...wholeScripts, ...(isBakeRead ? [join(root, bakeName)] : [])]);
}

/** The images of the targets by name, and those of folders that no target is made of. */
export function imagesWith(
  builds: ReadonlyMap<string, FolderBuild>,
  { images }: LabFolder,
): Map<string, string> {
  const targets = [...builds.values()].flatMap(({ target }) => target ?? []);
  const paths = new Set(targets.map(({ dockerfile }) => dockerfile));
  const others = [...images].filter(([, path]) => !paths.has(path));
  return new Map([...others, ...targets.map(({ name, dockerfile }) => [name, dockerfile] as const)]);
}
