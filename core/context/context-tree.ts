import { join } from "node:path";
import type { FolderReader } from "./folder-reader.ts";
import type { IgnoreFile } from "./ignore-file.ts";

/** How much of a context is looked at. */
export interface WalkLimits {
  readonly entries: number;
  readonly milliseconds: number;
}

/** A folder of the context and what is sent of it. */
export interface ContextFolder {
  /** Relative to the context; empty for the context itself. */
  readonly path: string;
  /** Files by name, with their sizes. */
  readonly files: Map<string, number>;
  readonly folders: Map<string, ContextFolder>;
}

/** A context as far as it was walked. */
export interface ContextTree {
  readonly root: ContextFolder;
  /** The sizes of its files together. */
  readonly bytes: number;
  /** Whether nothing was left out for want of time, or of permission to read. */
  readonly complete: boolean;
}

/**
 * Walks what of a context is sent, shallow folders first, so that a limit leaves out what lies deep. Links are entries
 * like any other: no circle can catch it.
 */
export function walkContext(
  folder: string,
  ignore: IgnoreFile,
  reader: FolderReader,
  limits: WalkLimits,
): ContextTree {
  const root: ContextFolder = { path: "", files: new Map(), folders: new Map() };
  const waiting: ContextFolder[] = [root];
  const end = performance.now() + limits.milliseconds;
  let entries = 0;
  let complete = true;
  let bytes = 0;
  for (const current of waiting) {
    const listed = reader.list(join(folder, current.path));
    if (!listed) complete = false;
    for (const { name, isFolder } of listed ?? []) {
      if (++entries > limits.entries || performance.now() > end) return { root, bytes, complete: false };
      const path = current.path === "" ? name : `${current.path}/${name}`;
      const { ignored } = ignore.decide(path);
      if (isFolder && (!ignored || ignore.mayBringBack(path))) {
        const inner: ContextFolder = { path, files: new Map(), folders: new Map() };
        current.folders.set(name, inner);
        waiting.push(inner);
      } else if (!isFolder && !ignored) {
        const size = reader.size(join(folder, path));
        current.files.set(name, size);
        bytes += size;
      }
    }
  }
  return { root, bytes, complete };
}

/** The bytes in a folder and all below it. */
export function bytesOf(folder: ContextFolder): number {
  let bytes = 0;
  const waiting = [folder];
  for (let current = waiting.pop(); current; current = waiting.pop()) {
    for (const size of current.files.values()) bytes += size;
    waiting.push(...current.folders.values());
  }
  return bytes;
}
