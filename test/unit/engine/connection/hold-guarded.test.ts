import { execFileSync } from "node:child_process";
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Hold, holdGuarded } from "../../../../engine/connection/ssh/guarded-process.ts";

let folder: string;
/** The end of the command that is held. */
let reader: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-hold-"));
  execFileSync("mkfifo", [join(folder, "hold")]);
  reader = openSync(join(folder, "hold"), constants.O_RDONLY | constants.O_NONBLOCK);
});
afterEach(() => {
  closeSync(reader);
  rmSync(folder, { recursive: true });
});

/** What was written to the pipe; throws while somebody holds it and writes nothing. */
function written(): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString("utf8", 0, readSync(reader, buffer));
}

test.each<[string, string, (hold: Hold) => void]>([
  ["ended", "", (hold) => hold.end()],
  ["left", "60\n", (hold) => hold.leave(60)],
])("a hold that is %s twice closes no file but its own", (_, told, letGo) => {
  const hold = holdGuarded(folder)!;
  letGo(hold);
  expect(written()).toBe(told);
  // It gets the number of the pipe's end that was closed.
  const other = openSync("/dev/null", "r");
  letGo(hold);
  void hold.end();
  expect(fstatSync(other).isCharacterDevice()).toBe(true);
  closeSync(other);
  expect(written()).toBe("");
});

test("nobody holds what has ended", () => {
  rmSync(join(folder, "hold"));
  expect(holdGuarded(folder)).toBeUndefined();
});
