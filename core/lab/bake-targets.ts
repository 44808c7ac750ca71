import { dirname } from "node:path";
import { type BakeTarget, bakeName } from "./bake-file.ts";
import type { LabFiles } from "./files.ts";
import type { LabBuild } from "./lab-build.ts";
import type { FolderBuild, LabFolder } from "./lab-folder.ts";

/** The targets by their Dockerfile; where several are made of one, the first. */
export function firstTargets({ bake }: LabFolder): Map<string, BakeTarget> {
  const targets = new Map<string, BakeTarget>();
  for (const target of bake?.targets ?? [])
    if (!targets.has(target.dockerfile)) targets.set(target.dockerfile, target);
  return targets;
}

/** What the targets build, and what scripts build of other Dockerfiles. */
export function buildsOf(
  { builds }: LabFolder,
  targets: ReadonlyMap<string, BakeTarget>,
): readonly FolderBuild[] {
  if (targets.size === 0) return builds;
  const baked = [...targets.values()].map((target) => ({ ...target, script: bakeName }));
  return [...baked, ...builds.filter(({ dockerfile }) => !targets.has(dockerfile))];
}

export function settingsOf({ network, platforms, stage }: BakeTarget): LabBuild["settings"] {
  return {
    ...(network !== undefined && { network }),
    ...(platforms.length === 1 && { platform: platforms[0]! }),
    ...(stage !== undefined && { target: stage }),
  };
}

/** The images of the targets by name, and those of folders that no target is made of. */
export function imagesWith(
  targets: ReadonlyMap<string, BakeTarget>,
  { images }: LabFolder,
  files: LabFiles,
): Map<string, string> {
  const found = new Map(images);
  const folders = new Set([...targets.keys()].map((path) => dirname(path)));
  for (const [name, path] of images)
    if (targets.has(path) || (folders.has(dirname(path)) && files.readText(path) === undefined))
      found.delete(name);
  for (const [path, { name }] of targets) found.set(name, path);
  return found;
}
