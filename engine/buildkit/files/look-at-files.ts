import { type BigIntStats, lstat, lstatSync } from "node:fs";
import { setImmediate as others } from "node:timers/promises";
import { promisify } from "node:util";
import { isMissing } from "../../../core/context/missing-path.ts";
import { type BytePath, onDisk } from "./byte-path.ts";

const lstatOf = promisify(lstat) as (
  path: string | Buffer,
  options: { bigint: true },
) => Promise<BigIntStats>;

/** So many are looked at between two glances at the clock, behind the first one. */
const between = 8;
/** Milliseconds for these, above which a disk or a network has to answer. */
const slow = 1;
/** And so many before others get their turn: about as many as take a millisecond. */
const atOnce = 128;

/**
 * Looks at the files of one walk.
 *
 * What the system has in its memory is looked at here and now, for half of what it costs to have one of Node's threads do
 * it. As soon as it has not, the threads do, several beside each other, and nobody else waits for it. They do it for the
 * next folders too, for twice as many each time that it shows slow again.
 */
export class FileLooks {
  /** Lists of files for which the threads are still to be asked. */
  #left = 0;
  #slowInARow = 0;

  /**
   * Looks at entries, symbolic links themselves; undefined for one that is not there any more.
   *
   * @param paths absolute
   * @throws {Error} of the file system
   */
  async at(paths: readonly BytePath[]): Promise<readonly (BigIntStats | undefined)[]> {
    if (this.#left > 0 && paths.length > 0) {
      this.#left--;
      return Promise.all(paths.map(lookByThread));
    }
    const found: (BigIntStats | undefined)[] = [];
    let turn = atOnce;
    while (found.length < paths.length) {
      const start = performance.now();
      const next = found.length === 0 ? 1 : between;
      for (const path of paths.slice(found.length, found.length + next)) found.push(lookNow(path));
      if (performance.now() - start > slow) {
        this.#left = 2 ** ++this.#slowInARow;
        return [...found, ...(await Promise.all(paths.slice(found.length).map(lookByThread)))];
      }
      if (found.length >= turn) {
        turn += atOnce;
        await others();
      }
    }
    if (paths.length > 0) this.#slowInARow = 0;
    return found;
  }
}

async function lookByThread(path: BytePath): Promise<BigIntStats | undefined> {
  try {
    return await lstatOf(onDisk(path), { bigint: true });
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
