import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, normalize, resolve } from "node:path";
import { GitIgnore } from "../core/context/git-ignore.ts";
import { isShellScript, looksLikeScript, parseBuildScript } from "../core/lab/build-script.ts";
import { isDockerfileName } from "../core/lab/dockerfile-name.ts";
import { diskFiles } from "../core/lab/files.ts";
import { manifestName } from "../core/lab/manifest.ts";
import { whyNot } from "./failure.ts";

/** A file to check. */
export interface FoundFile {
  /** As the user named it, or below the folder that the user named; with `/`. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
}

/** What a search gives. */
export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Folders that could not be searched, each a sentence. */
  readonly failures: readonly string[];
  /** Named folders in which there is nothing to check. */
  readonly emptyFolders: readonly string[];
}

/**
 * The files that `paths` name: one is taken whatever its name, a folder is searched for Dockerfiles, manifests and
 * scripts that build images. Each file comes once, in the order of `paths` and of the names in a folder.
 */
export function findFiles(paths: readonly string[], start: string): FoundFiles {
  const files = new Map<string, FoundFile>();
  const failures: string[] = [];
  const emptyFolders: string[] = [];
  for (const given of paths) {
    const path = resolve(start, given);
    const shown = withSlashes(normalize(given)).replace(/(.)\/$/, "$1");
    if (!isFolder(path)) {
      if (!files.has(path)) files.set(path, { shown, path });
      continue;
    }
    let found = 0;
    searchFolder(
      path,
      shown,
      GitIgnore.at(path),
      (file) => {
        found++;
        if (!files.has(file.path)) files.set(file.path, file);
      },
      failures,
    );
    if (found === 0) emptyFolders.push(shown);
  }
  return { files: [...files.values()], failures, emptyFolders };
}

function searchFolder(
  folder: string,
  shown: string,
  ignored: GitIgnore,
  take: (file: FoundFile) => void,
  failures: string[],
): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    failures.push(`${shown} could not be searched: ${whyNot(error)}`);
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const entryShown = shown === "." ? entry.name : `${shown.replace(/\/$/, "")}/${entry.name}`;
    // A link to a folder is not followed: it may lead round in a circle, and what it leads to has a place of its own.
    if (entry.isDirectory()) {
      if (entry.name === ".git" || entry.name === "node_modules" || ignored.ignores(path, true)) continue;
      searchFolder(path, entryShown, ignored.inside(path), take, failures);
    } else if (
      mayBeChecked(entry.name) &&
      !ignored.ignores(path, false) &&
      !(entry.isSymbolicLink() && isFolder(path)) &&
      (isWanted(entry.name) || isBuildScript(path))
    ) {
      take({ shown: entryShown, path });
    }
  }
}

function mayBeChecked(name: string): boolean {
  return isWanted(name) || looksLikeScript(name);
}

/** Whether the name alone says that the file is to be checked. */
function isWanted(name: string): boolean {
  return isDockerfileName(name) || name === manifestName;
}

/** Whether a file is a shell script that builds or pushes images: any other is none of ours. */
function isBuildScript(path: string): boolean {
  const text = diskFiles.readText(path);
  if (text === undefined || !isShellScript(basename(path), text)) return false;
  return parseBuildScript(text, dirname(path)) !== undefined;
}

/** What cannot be looked at is taken for a file: reading it says why. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function withSlashes(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/") : path;
}
