import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { whyNot } from "./failure.ts";

/**
 * Puts `after` in the place of `before` (undefined: the file must not exist yet), whole or not at all. Returns why it
 * was not done, as the end of a sentence; undefined when it was.
 */
export function replaceFile(path: string, before: Buffer | undefined, after: Buffer): string | undefined {
  try {
    // A link stays a link: what it leads to is written.
    const target = before === undefined ? path : realpathSync(path);
    const stats = statSync(target, { throwIfNoEntry: false });
    // The system would allow it, as a rename needs only the folder's permission; whoever set it meant it.
    if (stats && (stats.mode & 0o222) === 0)
      return "it is read-only; make it writable (chmod u+w) and run again.";
    const temporary = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
    try {
      writeLike(temporary, after, stats);
      if (!holds(target, before)) {
        unlinkSync(temporary);
        return "it has changed on disk since it was read; run again.";
      }
      renameSync(temporary, target);
    } catch (error) {
      removeQuietly(temporary);
      throw error;
    }
    return undefined;
  } catch (error) {
    return whyNot(error);
  }
}

function writeLike(path: string, content: Buffer, like: Stats | undefined): void {
  const file = openSync(path, "wx", like ? 0o600 : 0o666);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (!like) return;
  keepOwner(path, like);
  chmodSync(path, like.mode & 0o7777);
}

/** Only the superuser can give a file away; anyone else owns what they write. */
function keepOwner(path: string, like: Stats): void {
  try {
    chownSync(path, like.uid, like.gid);
  } catch {
    // The file is ours then.
  }
}

function holds(path: string, content: Buffer | undefined): boolean {
  if (content === undefined) return statSync(path, { throwIfNoEntry: false }) === undefined;
  return readFileSync(path).equals(content);
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made.
  }
}
