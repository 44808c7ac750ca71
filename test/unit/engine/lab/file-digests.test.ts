import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { contextFiles } from "../../../../engine/build/context-files.ts";
import type { DiskFile } from "../../../../engine/buildkit/files/synced-folder.ts";
import { FileDigests } from "../../../../engine/lab/file-digests.ts";

describe("digests of files that are kept for the next process", () => {
  let folder: string;
  let place: string;
  let read: string[];
  beforeEach(() => {
    const parent = mkdtempSync(join(tmpdir(), "lab-digests-"));
    folder = join(parent, "context");
    place = join(parent, "caches", "digests");
    mkdirSync(folder);
    write("train.py", "print(1)\n");
    write("data.bin", "data\n");
    later(10_000);
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  function write(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
  }
  /** Makes what was changed so far older: the clock is put forward. */
  function later(milliseconds: number): void {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
  }
  async function* watched(): AsyncGenerator<DiskFile> {
    for await (const file of contextFiles(folder, undefined, { ignore: undefined }))
      yield {
        ...file,
        read: () => {
          read.push(file.stat.path);
          return file.read();
        },
      };
  }
  /** Looks as another process does, which knows nothing but what is on disk. */
  function look(kept = place): Promise<string> {
    read = [];
    return new FileDigests(kept).digestOf(folder, watched(), undefined);
  }
  const keptFile = () => join(place, readdirSync(place)[0]!);

  test("of what has not changed, nothing is read", async () => {
    const digest = await look();
    expect(read.sort()).toEqual(["data.bin", "train.py"]);
    expect(await look()).toBe(digest);
    expect(read).toEqual([]);
  });

  test("of another folder, nothing is taken", async () => {
    await look();
    folder = join(folder, "..", "other");
    mkdirSync(folder);
    write("train.py", "print(1)\n");
    await look();
    expect(read).toEqual(["train.py"]);
  });

  test("a file that was written again is read, also with the size and time that it had", async () => {
    const digest = await look();
    const { atime, mtime } = statSync(join(folder, "train.py"));
    write("train.py", "print(2)\n");
    utimesSync(join(folder, "train.py"), atime, mtime);
    const changed = await look();
    expect(read).toEqual(["train.py"]);
    expect(changed).not.toBe(digest);
  });

  test("a file is read again until it has been left alone for two seconds", async () => {
    vi.useRealTimers();
    await look();
    await look();
    expect(read.sort()).toEqual(["data.bin", "train.py"]);
    later(5_000);
    await look();
    await look();
    expect(read).toEqual([]);
  });

  test("one that changes while it is read is read again, however long reading takes", async () => {
    vi.useRealTimers();
    async function* slow(): AsyncGenerator<DiskFile> {
      for await (const file of watched())
        yield {
          ...file,
          read: async function* () {
            later(60_000);
            yield* file.read();
          },
        };
    }
    read = [];
    await new FileDigests(place).digestOf(folder, slow(), undefined);
    await look();
    expect(read).toContain("data.bin");
  });

  test.each<[string, (whole: Buffer) => Buffer]>([
    ["cut off", (whole) => whole.subarray(0, whole.length >> 1)],
    ["changed", (whole) => Buffer.from(whole.toString().replace(/[0-9a-f]{8}\n/, "00000000\n"))],
    ["empty", () => Buffer.alloc(0)],
    ["of somebody else", () => Buffer.from("{}\n")],
  ])("a file of digests that is %s is replaced", async (_, broken) => {
    const digest = await look();
    const whole = readFileSync(keptFile());
    writeFileSync(keptFile(), broken(whole));
    expect(await look()).toBe(digest);
    expect(read.sort()).toEqual(["data.bin", "train.py"]);
    await look();
    expect(read).toEqual([]);
  });

  test("two processes at once leave what both read, or what one did", async () => {
    const digests = await Promise.all(Array.from({ length: 8 }, () => look()));
    expect(new Set(digests).size).toBe(1);
    expect(readdirSync(place)).toHaveLength(1);
    await look();
    expect(read).toEqual([]);
  });

  test("a part of the folder that another process read stays known", async () => {
    const only = async function* (name: string) {
      for await (const file of watched()) if (file.stat.path === name) yield file;
    };
    const [one, two] = [new FileDigests(place), new FileDigests(place)];
    read = [];
    await one.digestOf(folder, only("none"), undefined);
    await two.digestOf(folder, only("data.bin"), undefined);
    await one.digestOf(folder, only("train.py"), undefined);
    await look();
    expect(read).toEqual([]);
  });

  test("only their user can read them, and they name no file", async () => {
    await look();
    if (process.platform !== "win32") {
      expect(lstatSync(place).mode & 0o777).toBe(0o700);
      expect(lstatSync(keptFile()).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(keptFile(), "utf8")).not.toMatch(/train|data|context/);
  });

  test.skipIf(process.platform === "win32")("where others may write, nothing is taken or kept", async () => {
    await look();
    const whole = readFileSync(keptFile());
    chmodSync(place, 0o777);
    write("new.py", "");
    await look();
    expect(read).toHaveLength(3);
    expect(readFileSync(keptFile())).toEqual(whole);
  });

  test("where they cannot be written, nobody is told", async () => {
    const file = join(folder, "..", "file");
    writeFileSync(file, "");
    const digest = await look(join(file, "digests"));
    expect(await look(join(file, "digests"))).toBe(digest);
    expect(read.sort()).toEqual(["data.bin", "train.py"]);
  });

  test("folders that nobody looked at for a month, and the oldest of many, are forgotten", async () => {
    await look();
    const month = Date.now() / 1000 - 31 * 86_400;
    const recent = Date.now() / 1000 - 86_400;
    for (let each = 0; each < 80; each++) {
      const path = join(place, `other${each}`);
      writeFileSync(path, "");
      utimesSync(path, each < 10 ? month : recent, each < 10 ? month : recent);
    }
    write("new.py", "");
    later(10_000);
    await look();
    const left = readdirSync(place);
    expect(left).toHaveLength(64);
    expect(left).not.toContain("other3");
    await look();
    expect(read).toEqual([]);
  });
});
