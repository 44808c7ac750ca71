import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder, and those above it that are missing, for this user alone; leaves one that is there as it is. Node's own
 * `recursive` never ends where a folder that is there takes no other (in /proc, below an automounter): it takes turns at
 * the two.
 *
 * @throws what the system says
 */
export function makeOwnFolder(path: string): void {
  if (tryToMake(path)) return;
  makeOwnFolder(dirname(path));
  if (!tryToMake(path)) mkdirSync(path);
}

/** False where the folder above is missing, or says so. */
function tryToMake(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path) return false;
    if (code === "EEXIST") return true;
    throw error;
  }
}
