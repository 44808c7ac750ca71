import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { FileLooks } from "../../../engine/buildkit/files/look-at-files.ts";

describe("the entries of a folder are looked at", () => {
  let folder = "";
  const paths: string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-look-"));
    for (let i = 0; i < 300; i++) {
      paths.push(join(folder, `file${i}`));
      // Every tenth has gone meanwhile, and of every hundredth there is a file where its folder was.
      if (i % 10 !== 5) writeFileSync(paths[i]!, "x".repeat(i));
      if (i % 100 === 5) paths[i] = join(folder, "file0", "inner");
    }
    symlinkSync("nowhere", join(folder, "link"));
    paths.push(join(folder, "link"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const expected = () => [...Array.from({ length: 300 }, (_, i) => (i % 10 === 5 ? "gone" : i)), "a link"];
  const found = async () =>
    (await new FileLooks().at(paths)).map((stat) =>
      stat?.isSymbolicLink() ? "a link" : stat ? Number(stat.size) : "gone",
    );

  test("as they are, in their order", async () => {
    expect(await found()).toEqual(expected());
  });

  test("and where the file system is slow", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 5));
    expect(await found()).toEqual(expected());
  });

  test("without stopping all else at each folder of a slow one", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 5));
    const looks = new FileLooks();
    for (let folders = 0; folders < 100; folders++) await looks.at(paths.slice(0, 8));
    // Twice around each file that all else has to wait for.
    expect(clock.mock.calls.length).toBeLessThan(2 * 10);
    clock.mockImplementation(() => now);
    for (let folders = 0; folders < 100; folders++) await looks.at(paths.slice(0, 8));
    clock.mockClear();
    await looks.at(paths.slice(0, 8));
    expect(clock).toHaveBeenCalled();
  });

  test("one that may not be looked at is an error", async () => {
    await expect(new FileLooks().at([join(folder, "a".repeat(300))])).rejects.toThrow("ENAMETOOLONG");
  });
});
