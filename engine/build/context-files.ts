import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DiskFile, diskFolder } from "../buildkit/files/synced-folder.ts";
import type { BuildRequest } from "./build-request.ts";

/** The ignore files of a build; undefined for one that is not there. */
export interface IgnoreFiles {
  /** The Dockerfile's own, which is in force where it is there. */
  readonly ownIgnore: string | undefined;
  readonly contextIgnore: string | undefined;
}

/** Reads the ignore files of a build. */
export async function ignoreFiles({ dockerfile, context }: BuildRequest): Promise<IgnoreFiles> {
  return {
    ownIgnore: await textIn(`${dockerfile}.dockerignore`),
    contextIgnore: await textIn(join(context, ".dockerignore")),
  };
}

/**
 * The files of a context that `paths` name, with what symbolic links among them lead to; undefined names all. Nothing else
 * is looked at.
 *
 * @throws {Error} of the file system, or for a pattern that Docker refuses
 */
export function contextFiles(
  context: string,
  paths: readonly string[] | undefined,
  options: {
    /** The ignore file's text. */
    readonly ignore: string | undefined;
    /** Files that are taken though they are ignored. */
    readonly always?: readonly string[];
  },
): AsyncIterable<DiskFile> {
  const { ignore = "", always = [] } = options;
  const ignored = ignore.split("\n").filter((line) => !line.startsWith("#"));
  const excludes = [...ignored, ...always.map((name) => `!${name}`)];
  const followed = paths ? [...paths, ...always] : [];
  if (paths && followed.length === 0) return noFiles();
  return diskFolder(context).files({ includes: [], excludes, followed });
}

async function* noFiles(): AsyncGenerator<DiskFile> {}

async function textIn(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
