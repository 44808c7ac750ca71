import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BytePath } from "../buildkit/files/byte-path.ts";
import { makeOwnFolder } from "../make-folder.ts";

/** The first line; another one is another version's file, or nobody's. */
const heading = "lab-images digests 1";
/** Of so many files of a folder the digests are kept on disk, at about 150 bytes each. */
const mostFiles = 20_000;
const mostBytes = 8_000_000;
/** Of so many folders. */
const mostFolders = 64;
const day = 86_400_000;
/** What was of no use for so long goes. */
const goneAfter = 30 * day;

interface KnownDigest {
  /** What of the file would change with its content, without spaces; the size first. */
  readonly state: string;
  readonly digest: string;
  /** Whether this process asked for it. */
  used: boolean;
}

/**
 * Digests of the files of one folder, and where they are kept for the next process. What is on disk is never an error:
 * where it cannot be read there is nothing, and where it cannot be written nothing is kept. It names no path.
 */
export class FolderDigests {
  readonly #known: Map<string, KnownDigest>;
  readonly #place: string | undefined;
  #isChanged = false;

  private constructor(known: Map<string, KnownDigest>, place: string | undefined) {
    this.#known = known;
    this.#place = place;
  }

  /** @param place absolute path of a file, in a folder for such files alone; without it nothing is kept on disk */
  static async open(place: string | undefined): Promise<FolderDigests> {
    const kept = place === undefined ? undefined : await readKept(place);
    return new FolderDigests(kept ?? new Map(), place);
  }

  /** @param path below the folder */
  find(path: BytePath, state: string): string | undefined {
    const known = this.#known.get(keyOf(path));
    if (known?.state !== state) return undefined;
    known.used = true;
    return known.digest;
  }

  set(path: BytePath, state: string, digest: string): void {
    this.#known.set(keyOf(path), { state, digest, used: true });
    this.#isChanged = true;
  }

  /** Writes what is new of them, whole or not at all. What another process wrote meanwhile stays. */
  async keep(): Promise<void> {
    if (this.#place === undefined || !this.#isChanged) return;
    this.#isChanged = false;
    const temporary = `${this.#place}.${randomBytes(6).toString("hex")}`;
    try {
      const folder = dirname(this.#place);
      makeOwnFolder(folder);
      if (!(await isOwn(folder))) return;
      const used = [...this.#known].filter(([, { used }]) => used);
      const all = new Map([...((await readKept(this.#place)) ?? []), ...used]);
      await writeFile(temporary, textOf(all), { flag: "wx", mode: 0o600 });
      await rename(temporary, this.#place);
      await tidy(folder);
    } catch {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }
}

function keyOf(path: BytePath): string {
  return createHash("sha256").update(path, "latin1").digest("base64url").slice(0, 22);
}

async function readKept(place: string): Promise<Map<string, KnownDigest> | undefined> {
  try {
    const { size, mtimeMs } = await stat(place);
    if (size > mostBytes || !(await isOwn(dirname(place)))) return undefined;
    const text = await readFile(place, "latin1");
    const end = text.lastIndexOf("\n") + 1;
    if (!text.startsWith(`${heading}\n`) || text.slice(end) !== sumOf(text.slice(0, end))) return undefined;
    const known = new Map<string, KnownDigest>();
    for (const line of text.slice(heading.length + 1, end - 1).split("\n")) {
      const [key, state, digest] = line.split(" ");
      if (key && state && digest) known.set(key, { state, digest, used: false });
    }
    // So that one which is in use does not look like one of a folder that is gone.
    if (Date.now() - mtimeMs > day) await utimes(place, new Date(), new Date()).catch(() => {});
    return known;
  } catch {
    return undefined;
  }
}

function textOf(all: ReadonlyMap<string, KnownDigest>): string {
  const sizeOf = ({ state }: KnownDigest) => Number.parseInt(state, 10);
  const entries = [...all];
  if (entries.length > mostFiles)
    // A file that nobody asked for may be gone; of the others, a large one is dearer to read again.
    entries.sort(([, a], [, b]) => Number(b.used) - Number(a.used) || sizeOf(b) - sizeOf(a));
  const lines = entries.slice(0, mostFiles).map(([key, { state, digest }]) => `${key} ${state} ${digest}\n`);
  const text = `${heading}\n${lines.join("")}`;
  return text + sumOf(text);
}

function sumOf(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex");
}

/** Whether nobody else can write there: their digest could hide a change. On Windows, caches are the user's anyway. */
async function isOwn(folder: string): Promise<boolean> {
  if (process.platform === "win32") return true;
  const { uid, mode } = await stat(folder);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

/** Removes what is of folders that were not looked at for long, or the oldest where they are many. */
async function tidy(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, time: (await stat(path)).mtimeMs };
    }),
  );
  files.sort((a, b) => b.time - a.time);
  for (const [index, { path, time }] of files.entries())
    if (index >= mostFolders || Date.now() - time > goneAfter) await rm(path, { force: true });
}
