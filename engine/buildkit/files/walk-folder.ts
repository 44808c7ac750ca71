import { type BigIntStats, type Dirent, readdir } from "node:fs";
import { promisify } from "node:util";
import { isMissing } from "../../../core/context/missing-path.ts";
import type { FileStat } from "../messages/file-packet.ts";
import { type BytePath, below, linkTarget, onDisk } from "./byte-path.ts";
import { goMode } from "./file-mode.ts";
import type { FileLooks } from "./look-at-files.ts";
import type { FilterDecision, SyncFilter } from "./sync-filter.ts";

const namesIn = promisify(readdir) as (path: string | Buffer, encoding: "latin1") => Promise<BytePath[]>;
// By the bytes of their names: where the file system gives no types, Node looks at each entry by its name as it is given out.
const typesIn = promisify(readdir) as (
  path: string | Buffer,
  options: { encoding: "buffer"; withFileTypes: true },
) => Promise<Dirent<Buffer>[]>;

/** What there is to know of an entry, also what no build is told. */
export interface FileOnDisk extends FileStat {
  /** When anything of it last changed, in nanoseconds since 1970. */
  readonly changed: bigint;
  readonly device: bigint;
  readonly inode: bigint;
}

/** One folder on the way down. */
interface Level {
  /** Undefined for the root. */
  readonly folder: Entry | undefined;
  readonly entries: readonly Entry[];
  /** The next entry to look at. */
  at: number;
  /** Whether the folder itself has been given out. */
  given: boolean;
}

interface Entry {
  readonly path: BytePath;
  readonly decision: FilterDecision;
  readonly stat: BigIntStats;
}

/**
 * The files and folders of a folder that a filter sends, in the order that BuildKit wants them: a folder before what is
 * in it, names in the order of their bytes. A folder that is not sent itself is given where something in it is.
 *
 * What vanishes while it is looked at was never there. A folder that is sent and cannot be read throws the file system's
 * error.
 */
export async function* walkFolder(
  root: BytePath,
  filter: SyncFilter,
  looks: FileLooks,
): AsyncGenerator<FileOnDisk> {
  const firstNames = new Map<string, BytePath>();
  const levels: Level[] = [await readLevel(root, undefined, filter, looks)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const entry = level.entries[level.at++];
    if (!entry) {
      levels.pop();
      continue;
    }
    const { sent, below: holdsMore } = entry.decision;
    if (sent) {
      for (const above of levels) {
        if (above.given) continue;
        above.given = true;
        yield await fileStat(root, above.folder!, firstNames);
      }
      yield await fileStat(root, entry, firstNames);
    }
    if (holdsMore && entry.stat.isDirectory()) levels.push(await readLevel(root, entry, filter, looks));
  }
}

async function readLevel(
  root: BytePath,
  folder: Entry | undefined,
  filter: SyncFilter,
  looks: FileLooks,
): Promise<Level> {
  const path = folder?.path ?? "";
  const isSent = folder?.decision.sent ?? true;
  const names = await list(below(root, path), isSent);
  const decided = names
    .map((name) => below(path, name))
    .map((each) => ({ path: each, decision: filter.decide(each, folder?.decision) }))
    .filter(({ decision }) => decision.sent || decision.below);
  // Of what is not sent only folders matter, and there may be a data set's files.
  const folders = decided.some(({ decision }) => !decision.sent) ? await foldersIn(root, path) : undefined;
  const wanted = folders
    ? decided.filter((entry) => entry.decision.sent || folders.has(entry.path))
    : decided;
  const stats = await looks.at(wanted.map((entry) => below(root, entry.path)));
  const entries = wanted.flatMap((entry, index): Entry[] => {
    const stat = stats[index];
    return stat && (entry.decision.sent || stat.isDirectory()) ? [{ ...entry, stat }] : [];
  });
  return { folder, entries, at: 0, given: isSent };
}

/** The names in a folder in the order of their bytes. */
async function list(folder: BytePath, isSent: boolean): Promise<BytePath[]> {
  try {
    return (await namesIn(onDisk(folder), "latin1")).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    // What nobody asked for need not be readable.
    if (!isSent && error instanceof Error && "code" in error && error.code === "EACCES") return [];
    throw error;
  }
}

/** The folders in a folder; undefined where an entry's type cannot be told, as of one that has vanished. */
async function foldersIn(root: BytePath, path: BytePath): Promise<ReadonlySet<BytePath> | undefined> {
  try {
    const entries = await typesIn(onDisk(below(root, path)), { encoding: "buffer", withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory());
    return new Set(folders.map(({ name }) => below(path, name.toString("latin1"))));
  } catch {
    return undefined;
  }
}

async function fileStat(
  root: BytePath,
  { path, stat }: Entry,
  firstNames: Map<string, BytePath>,
): Promise<FileOnDisk> {
  const isDevice = stat.isBlockDevice() || stat.isCharacterDevice();
  return {
    path,
    mode: goMode(stat),
    size: stat.isDirectory() ? 0 : Number(stat.size),
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
    device: stat.dev,
    inode: stat.ino,
    link: stat.isSymbolicLink() ? await linkTarget(below(root, path)) : hardLink(path, stat, firstNames),
    // As glibc splits a device's number.
    major: isDevice ? Number((stat.rdev >> 8n) & 0xfffn) : 0,
    minor: isDevice ? Number((stat.rdev & 0xffn) | ((stat.rdev >> 12n) & 0xfff00n)) : 0,
  };
}

/** The path under which the same file was given before; empty where it was not. */
function hardLink(path: BytePath, stat: BigIntStats, firstNames: Map<string, BytePath>): BytePath {
  if (stat.nlink < 2n || stat.isDirectory()) return "";
  const file = `${stat.dev}:${stat.ino}`;
  const first = firstNames.get(file);
  if (first === undefined) firstNames.set(file, path);
  return first ?? "";
}
