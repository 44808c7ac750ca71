import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { bytePath } from "../../../engine/buildkit/files/byte-path.ts";
import { FileLooks } from "../../../engine/buildkit/files/look-at-files.ts";
import { SyncFilter } from "../../../engine/buildkit/files/sync-filter.ts";
import { walkFolder } from "../../../engine/buildkit/files/walk-folder.ts";

test("the files of an ignored data set are not looked at where some of another kind are taken back", async () => {
  const root = mkdtempSync(join(tmpdir(), "lab-walk-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  // Not UTF-8, where the system has such names.
  const odd = process.platform === "linux" ? "b\xff" : "b";
  for (const folder of ["data", odd]) {
    mkdirSync(Buffer.from(join(root, folder), "latin1"));
    for (const name of ["0.bin", "1.bin", "load.py"])
      writeFileSync(Buffer.from(join(root, folder, name), "latin1"), "");
  }
  symlinkSync("data", join(root, "link"));
  const looks = new FileLooks();
  const look = vi.spyOn(looks, "at");
  const given: string[] = [];
  for await (const { path } of walkFolder(
    bytePath(root),
    new SyncFilter(undefined, ["**", "!**/*.py"]),
    looks,
  ))
    given.push(path);
  expect(given).toEqual([odd, `${odd}/load.py`, "data", "data/load.py"]);
  expect(look.mock.calls.flat(2).map((path) => path.slice(bytePath(root).length + 1))).toEqual([
    odd,
    "data",
    `${odd}/load.py`,
    "data/load.py",
  ]);
});
