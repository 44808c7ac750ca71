import { lstatSync, readdirSync } from "node:fs";

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
      return lstatSync(path).isDirectory() ? "folder" : "file";
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unknown";
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
