import { createHash } from "node:crypto";
import { join } from "node:path";
import { type BytePath, bytePath } from "../buildkit/files/byte-path.ts";
import { fileKind } from "../buildkit/files/file-mode.ts";
import type { DiskFile } from "../buildkit/files/synced-folder.ts";
import { EngineFailure } from "../failure.ts";
import { FolderDigests } from "./folder-digests.ts";

/** So many files are read at once. */
const parallelFiles = 8;
/** A file that was changed so short a time ago (ms) may be changed once more and keep its times. */
const settleMs = 2_000;

/**
 * Digests of files' contents, kept for as long as size, times and inode of a file stay as they were: what is large is read
 * once. Keep one for as many looks at a lab as there are; with a folder to keep them in, the next process finds them too.
 */
export class FileDigests {
  readonly #place: string | undefined;
  readonly #folders = new Map<BytePath, Promise<FolderDigests>>();

  /**
   * @param place absolute path of a folder that is for digests alone, made with the first: one file for each folder of which
   * files are read
   */
  constructor(place?: string) {
    this.#place = place;
  }

  /**
   * One digest of all files of a folder: paths, kinds, modes, link targets and contents; no times and no owners, of which
   * no image knows.
   *
   * @param folder absolute
   * @returns 16 hexadecimal digits
   * @throws {Error} of the file system
   * @throws {EngineFailure} `cancelled`
   */
  async digestOf(
    folder: string,
    files: AsyncIterable<DiskFile>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const root = bytePath(folder);
    const known = await this.#folderAt(root);
    try {
      return await digestOfAll(files, known, signal);
    } finally {
      // Also of a look that was cancelled: what was read is read.
      await known.keep();
    }
  }

  #folderAt(root: BytePath): Promise<FolderDigests> {
    const open = this.#folders.get(root);
    if (open) return open;
    const name = createHash("sha256").update(root, "latin1").digest("hex").slice(0, 32);
    const opening = FolderDigests.open(this.#place && join(this.#place, name));
    this.#folders.set(root, opening);
    return opening;
  }
}

async function digestOfAll(
  files: AsyncIterable<DiskFile>,
  known: FolderDigests,
  signal: AbortSignal | undefined,
): Promise<string> {
  const lines: (string | Promise<string>)[] = [];
  const reading = new Set<Promise<string>>();
  for await (const file of files) {
    if (signal?.aborted) throw lookCancelled();
    const { path, mode, size, link } = file.stat;
    const entry = `${path}\0${mode}\0`;
    // A hard link is a file like any other: its content counts.
    if (fileKind(mode).type !== "file") {
      lines.push(entry + link);
      continue;
    }
    const line = contentOf(file, known, signal).then((digest) => `${entry}${size}\0${digest}`);
    // Looked at below, when all are under way.
    line.catch(() => {});
    const settled = line.finally(() => reading.delete(settled));
    settled.catch(() => {});
    reading.add(settled);
    lines.push(line);
    if (reading.size >= parallelFiles) await Promise.race(reading);
  }
  const hash = createHash("sha256");
  for (const line of lines) hash.update(`${await line}\n`, "latin1");
  return hash.digest("hex").slice(0, 16);
}

async function contentOf(
  file: DiskFile,
  known: FolderDigests,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { path, size, modified, changed, device, inode } = file.stat;
  const state = [size, modified, changed, device, inode].join(":");
  const before = known.find(path, state);
  if (before !== undefined) return before;
  const begun = Date.now();
  const hash = createHash("sha256");
  for await (const chunk of file.read()) {
    if (signal?.aborted) throw lookCancelled();
    hash.update(chunk);
  }
  const digest = hash.digest("hex");
  const last = Number((modified > changed ? modified : changed) / 1_000_000n);
  // Of the time before it was read: reading may take long, and a change meanwhile may leave the times that were seen.
  if (begun - last > settleMs) known.set(path, state, digest);
  return digest;
}

/** What ends a look at a lab whose signal is aborted. */
export function lookCancelled(): EngineFailure {
  return new EngineFailure({ cause: "cancelled", what: "looking at the lab's images was cancelled" });
}
