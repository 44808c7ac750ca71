import { createHash } from "node:crypto";
import { type BigIntStats, lstat } from "node:fs";
import { promisify } from "node:util";
import { type BytePath, below, bytePath, onDisk } from "../buildkit/files/byte-path.ts";
import { fileKind } from "../buildkit/files/file-mode.ts";
import type { FileToSend } from "../buildkit/files/send-files.ts";
import { EngineFailure } from "../failure.ts";

const lstatOf = promisify(lstat) as (
  path: string | Buffer,
  options: { bigint: true },
) => Promise<BigIntStats>;

/** So many files are read at once. */
const parallelFiles = 8;
/** A file that was changed so short a time ago (ms) may be changed once more and keep its times. */
const settleMs = 2_000;

interface KnownDigest {
  /** What of the file would change with its content. */
  readonly state: string;
  readonly digest: string;
}

/**
 * Digests of files' contents, kept for as long as size, times and inode of a file stay as they were: what is large is read
 * once. Keep one for as many looks at a lab as there are.
 */
export class FileDigests {
  readonly #known = new Map<BytePath, KnownDigest>();

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
    files: AsyncIterable<FileToSend>,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const root = bytePath(folder);
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
      const line = this.#contentOf(below(root, path), file, signal).then(
        (digest) => `${entry}${size}\0${digest}`,
      );
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

  async #contentOf(path: BytePath, file: FileToSend, signal: AbortSignal | undefined): Promise<string> {
    const stats = await lstatOf(onDisk(path), { bigint: true });
    const { size, mtimeNs, ctimeNs, ino, dev } = stats;
    const state = `${size} ${mtimeNs} ${ctimeNs} ${dev}:${ino}`;
    const known = this.#known.get(path);
    if (known?.state === state) return known.digest;
    const hash = createHash("sha256");
    for await (const chunk of file.read()) {
      if (signal?.aborted) throw lookCancelled();
      hash.update(chunk);
    }
    const digest = hash.digest("hex");
    const changed = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
    if (Date.now() - changed > settleMs) this.#known.set(path, { state, digest });
    return digest;
  }
}

/** What ends a look at a lab whose signal is aborted. */
export function lookCancelled(): EngineFailure {
  return new EngineFailure({ cause: "cancelled", what: "looking at the lab's images was cancelled" });
}
