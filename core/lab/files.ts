import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";

/** How a lab's files are read: from disk, or from disk with an editor's unsaved documents on top. */
export interface LabFiles {
  /** The file's text; undefined when it is not there, cannot be read, or is too large to be meant by hand. */
  readText(path: string): string | undefined;
  /** The names in a folder; empty when it is not there or cannot be read. */
  list(path: string): readonly FolderEntry[];
  /** Whether a folder is there that this user may not look into. */
  isLocked(path: string): boolean;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Nobody writes a manifest, a script or a Dockerfile of more bytes by hand: it is not read beside another file. */
export const largestLabFile = 1_000_000;

/** The files on disk. */
export const diskFiles: LabFiles = {
  readText(path) {
    try {
      // What is not there is the usual answer, and an exception for each would be most of the time.
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats?.isFile() || stats.size > largestLabFile) return undefined;
      // Without a byte order mark, as an editor has it.
      return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    } catch {
      return undefined;
    }
  },
  list(path) {
    try {
      return readdirSync(path, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        isFolder: entry.isDirectory() || (entry.isSymbolicLink() && isFolder(`${path}/${entry.name}`)),
      }));
    } catch {
      return [];
    }
  },
  isLocked(path) {
    try {
      accessSync(path, constants.R_OK | constants.X_OK);
      return false;
    } catch (error) {
      return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
    }
  },
};

/** Files of which some have other texts, by their paths. */
export function withTexts(files: LabFiles, texts: ReadonlyMap<string, string>): LabFiles {
  return {
    readText: (path) => texts.get(path) ?? files.readText(path),
    list: (path) => files.list(path),
    isLocked: (path) => files.isLocked(path),
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
