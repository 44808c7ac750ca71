import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { lookAtFiles } from "../../../engine/buildkit/files/look-at-files.ts";

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
    (await lookAtFiles(paths)).map((stat) =>
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

  test("one that may not be looked at is an error", async () => {
    await expect(lookAtFiles([join(folder, "a".repeat(300))])).rejects.toThrow("ENAMETOOLONG");
  });
});
