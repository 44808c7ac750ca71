import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** A socket's path has 104 bytes on macOS, and ssh appends 17 to the control socket's while it makes it. */
const longestParent = 60;

/**
 * A new folder that only this user may enter, for sockets. Where ssh has to start a helper in it (`executable`), not on
 * a file system that forbids that, as shared machines mount /tmp. In one go: until something watches over it, a kill -9
 * leaves it behind.
 */
export function makePrivateFolder(executable: boolean): string {
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  const parents = [tmpdir(), "/tmp", ...(runtime ? [runtime] : []), homedir()];
  let failure: unknown;
  for (const parent of new Set(parents.filter((path) => Buffer.byteLength(path) <= longestParent))) {
    try {
      const folder = mkdtempSync(join(parent, "lab-ssh-"));
      if (!executable || canExecute(folder)) return folder;
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      failure = error;
    }
  }
  throw failure ?? new Error("no file system lets a program start");
}

function canExecute(folder: string): boolean {
  const probe = join(folder, "probe");
  writeFileSync(probe, "", { mode: 0o700 });
  try {
    accessSync(probe, constants.X_OK);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe);
  }
}
