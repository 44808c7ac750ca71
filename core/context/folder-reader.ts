import { lstatSync, readdirSync } from "node:fs";
import { isMissing } from "./missing-path.ts";

/** An entry of a folder, links not followed. */
export interface ContextEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** How a build context is read. */
export interface FolderReader {
  /** What is at an absolute path; `unknown` where that cannot be read. Links above it are followed, it itself is not. */
  kindOf(path: string): "file" | "folder" | "missing" | "unknown";
  /** The entries of a folder in the order of their names; undefined where it cannot be read. */
  list(folder: string): readonly ContextEntry[] | undefined;
  /** The size of a file in bytes; 0 where that cannot be read. */
  size(path: string): number;
}

/** Reads from disk. */
export const diskFolders: FolderReader = {
  kindOf(path) {
    try {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats === undefined ? "missing" : stats.isDirectory() ? "folder" : "file";
    } catch (error) {
      return isMissing(error) ? "missing" : "unknown";
    }
  },
  list(folder) {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return undefined;
    }
  },
  size(path) {
    try {
      return lstatSync(path).size;
    } catch {
      return 0;
    }
  },
};

/** What `reader` says, each question asked once: for as long as what is on disk may be taken for unchanged. */
export function askedOnce(reader: FolderReader): FolderReader {
  const kinds = new Map<string, ReturnType<FolderReader["kindOf"]>>();
  const lists = new Map<string, ReturnType<FolderReader["list"]>>();
  return {
    kindOf: (path) => kinds.get(path) ?? remembered(kinds, path, reader.kindOf(path)),
    list: (folder) =>
      lists.has(folder) ? lists.get(folder) : remembered(lists, folder, reader.list(folder)),
    size: (path) => reader.size(path),
  };
}

function remembered<V>(known: Map<string, V>, path: string, value: V): V {
  known.set(path, value);
  return value;
}
