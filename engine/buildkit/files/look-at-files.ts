import { type BigIntStats, lstat, lstatSync } from "node:fs";
import { setImmediate as others } from "node:timers/promises";
import { promisify } from "node:util";
import { type BytePath, onDisk } from "./byte-path.ts";

const lstatOf = promisify(lstat) as (
  path: string | Buffer,
  options: { bigint: true },
) => Promise<BigIntStats>;

/** So many are looked at between two glances at the clock. */
const between = 8;
/** Milliseconds for these, above which a disk or a network has to answer. */
const slow = 1;
/** And so many before others get their turn: about as many as take a millisecond. */
const atOnce = 128;

/**
 * Looks at the entries of a folder, symbolic links themselves; undefined for one that is not there any more.
 *
 * What the system has in its memory is looked at here and now, for half of what it costs to have one of Node's threads do
 * it. As soon as it has not, the threads do, several beside each other, and nobody else waits for it.
 *
 * @param paths absolute
 * @throws {Error} of the file system
 */
export async function lookAtFiles(paths: readonly BytePath[]): Promise<readonly (BigIntStats | undefined)[]> {
  const found: (BigIntStats | undefined)[] = [];
  while (found.length < paths.length) {
    const start = performance.now();
    for (const path of paths.slice(found.length, found.length + between)) found.push(lookNow(path));
    if (performance.now() - start > slow)
      return [...found, ...(await Promise.all(paths.slice(found.length).map(lookUnlessMissing)))];
    if (found.length % atOnce === 0) await others();
  }
  return found;
}

/**
 * Looks at one entry by one of Node's threads.
 *
 * @throws {Error} of the file system, also where there is none
 */
export function look(path: BytePath): Promise<BigIntStats> {
  return lstatOf(onDisk(path), { bigint: true });
}

async function lookUnlessMissing(path: BytePath): Promise<BigIntStats | undefined> {
  try {
    return await look(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function lookNow(path: BytePath): BigIntStats | undefined {
  try {
    return lstatSync(onDisk(path), { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a path leads nowhere, any more or at all. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
