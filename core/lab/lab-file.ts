import { basename } from "node:path";
import { bakeName } from "./bake-file.ts";
import { looksLikeScript } from "./build-script.ts";
import { isDockerfileName } from "./dockerfile-name.ts";
import { manifestName } from "./manifest.ts";

/** Globs of every lab's files, wherever they are in a workspace; wider than {@link concernsLab}. */
export const labFileGlobs: readonly string[] = [
  `**/{${manifestName},${bakeName},.gitignore}`,
  "**/*{Dockerfile,Containerfile,dockerfile,containerfile,dockerignore}*",
  "**/{build*,*.sh,*.bash}",
];

/** Whether a change of the file at this path may change what a lab says. */
export function concernsLab(path: string): boolean {
  const name = basename(path);
  return name.endsWith(".dockerignore") || name === ".gitignore" || isReadByLab(path);
}

/** Whether what a lab builds, and how, may be read from the file at this path. */
export function isReadByLab(path: string): boolean {
  const name = basename(path);
  return name === manifestName || name === bakeName || isDockerfileName(name) || looksLikeScript(name);
}
