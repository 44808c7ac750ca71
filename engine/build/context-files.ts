import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ignoreLines } from "../../core/context/ignore-file.ts";
import { isMissing } from "../../core/context/missing-path.ts";
import { type DiskFile, diskFolder } from "../buildkit/files/synced-folder.ts";
import { EngineFailure } from "../failure.ts";
import type { BuildRequest } from "./build-request.ts";

/** The ignore files of a build; undefined for one that is not there. */
export interface IgnoreFiles {
  /** The Dockerfile's own, which is in force where it is there. */
  readonly ownIgnore: string | undefined;
  readonly contextIgnore: string | undefined;
}

/**
 * Reads the ignore files of a build.
 *
 * @throws {EngineFailure} of cause `request` for one that is there and cannot be read
 */
export async function ignoreFiles({ dockerfile, context }: BuildRequest): Promise<IgnoreFiles> {
  return {
    ownIgnore: await ownIgnoreFile(dockerfile),
    contextIgnore: await textUnlessMissing(join(context, ".dockerignore")),
  };
}

/** The text of a Dockerfile's own ignore file; else as {@link ignoreFiles}. */
export function ownIgnoreFile(dockerfile: string): Promise<string | undefined> {
  return textUnlessMissing(`${dockerfile}.dockerignore`);
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
  const ignored = ignoreLines(ignore).map(({ text }) => text);
  const excludes = [...ignored, ...always.map((name) => `!${name}`)];
  const followed = paths ? [...paths, ...always] : [];
  if (paths && followed.length === 0) return noFiles();
  return diskFolder(context).files({ includes: [], excludes, followed });
}

async function* noFiles(): AsyncGenerator<DiskFile> {}

async function textUnlessMissing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new EngineFailure({
      cause: "request",
      what: `the ignore file ${path} cannot be read`,
      said: error instanceof Error ? error.message : String(error),
      next: "Let it be read, or take it away",
    });
  }
}
