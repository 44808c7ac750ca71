import { type BigIntStats, type Dirent, readdir } from "node:fs";
import { promisify } from "node:util";
import type { FileStat } from "../messages/file-packet.ts";
import { type BytePath, below, linkTarget, onDisk } from "./byte-path.ts";
import { goMode } from "./file-mode.ts";
import { isMissing, look, lookAtFiles } from "./look-at-files.ts";
import type { FilterDecision, SyncFilter } from "./sync-filter.ts";

const entriesOf = promisify(readdir) as (
  path: string | Buffer,
  options: { encoding: "latin1"; withFileTypes: true },
) => Promise<Dirent[]>;

/** What there is to know of an entry, also what no build is told. */
export interface FileOnDisk extends FileStat {
  /** When anything of it last changed, in nanoseconds since 1970. */
  readonly changed: bigint;
  readonly device: bigint;
  readonly inode: bigint;
}

/** One folder on the way down. */
interface Level {
  readonly path: BytePath;
  readonly decision: FilterDecision | undefined;
  readonly entries: readonly Entry[];
  /** The next entry to look at. */
  at: number;
  /** Whether the folder itself has been given out. */
  given: boolean;
}

interface Entry {
  readonly path: BytePath;
  readonly isFolder: boolean;
  readonly decision: FilterDecision;
  /** Undefined for a folder that is not sent itself. */
  readonly stat: BigIntStats | undefined;
}

/**
 * The files and folders of a folder that a filter sends, in the order that BuildKit wants them: a folder before what is
 * in it, names in the order of their bytes. A folder that is not sent itself is given where something in it is.
 *
 * What vanishes while it is looked at was never there. A folder that is sent and cannot be read throws the file system's
 * error.
 */
export async function* walkFolder(root: BytePath, filter: SyncFilter): AsyncGenerator<FileOnDisk> {
  const firstNames = new Map<string, BytePath>();
  const levels: Level[] = [await readLevel(root, "", undefined, filter)];
  levels[0]!.given = true;
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const entry = level.entries[level.at++];
    if (!entry) {
      levels.pop();
      continue;
    }
    if (entry.stat) {
      for (const above of levels) {
        if (above.given) continue;
        above.given = true;
        const stat = await look(below(root, above.path));
        yield await fileStat(root, above.path, stat, firstNames);
      }
      yield await fileStat(root, entry.path, entry.stat, firstNames);
    }
    if (entry.isFolder && entry.decision.below) {
      const inner = await readLevel(root, entry.path, entry.decision, filter);
      inner.given = entry.stat !== undefined;
      levels.push(inner);
    }
  }
}

async function readLevel(
  root: BytePath,
  path: BytePath,
  decision: FilterDecision | undefined,
  filter: SyncFilter,
): Promise<Level> {
  const listed = await list(below(root, path), decision?.sent ?? true);
  const decided = listed.map((entry) => {
    const entryPath = below(path, entry.name);
    return { path: entryPath, isFolder: entry.isDirectory(), decision: filter.decide(entryPath, decision) };
  });
  const wanted = decided.filter(({ decision: { sent, below }, isFolder }) => sent || (isFolder && below));
  const sent = wanted.filter((entry) => entry.decision.sent);
  const stats = await lookAtFiles(sent.map((entry) => below(root, entry.path)));
  let at = 0;
  const entries = wanted.flatMap((entry): Entry[] => {
    if (!entry.decision.sent) return [{ ...entry, stat: undefined }];
    const stat = stats[at++];
    return stat ? [{ ...entry, isFolder: stat.isDirectory(), stat }] : [];
  });
  return { path, decision, entries, at: 0, given: false };
}

/** The entries of a folder in the order of their names' bytes. */
async function list(folder: BytePath, isSent: boolean): Promise<Dirent[]> {
  try {
    const entries = await entriesOf(onDisk(folder), { encoding: "latin1", withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return [];
    // What nobody asked for need not be readable.
    if (!isSent && error instanceof Error && "code" in error && error.code === "EACCES") return [];
    throw error;
  }
}

async function fileStat(
  root: BytePath,
  path: BytePath,
  stat: BigIntStats,
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
