import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const module = join(import.meta.dirname, "../../../cli/drained.ts");

/** Writes until nobody reads on, says so, and waits; ends with 0 where it has waited to an end. */
const writer = `
import { drained } from ${JSON.stringify(module)};
process.stdout.on("error", () => {});
while (process.stdout.write("x".repeat(10_000)));
process.stderr.write("full");
const alive = setInterval(() => {}, 1_000);
await drained(process.stdout);
clearInterval(alive);
`;

let folder: string;
let reader: number;
let child: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lab-images-drained-"));
  // A pipe as a shell's; what spawn makes is a socket, which ends otherwise.
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const end = openSync(pipe, "w");
  const args = ["--input-type=module", "--eval", writer];
  child = spawn(process.execPath, args, { stdio: ["ignore", end, "pipe"] });
  closeSync(end);
  // Node may have something to say of its own before.
  let said = "";
  for await (const text of child.stderr!) {
    said += text;
    if (said.endsWith("full")) break;
  }
});
afterEach(() => {
  child.kill();
  rmSync(folder, { recursive: true });
});

test("a reader that reads on is waited for", async () => {
  const ended = once(child, "exit");
  // As much as a pipe holds, and what the program still has.
  const buffer = Buffer.alloc(1_000_000);
  while (child.exitCode === null) {
    try {
      readSync(reader, buffer);
    } catch (error) {
      expect(error).toMatchObject({ code: "EAGAIN" });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  closeSync(reader);
  expect(await ended).toEqual([0, null]);
});

test("a reader that goes away while the pipe is full is not waited for", async () => {
  const ended = once(child, "exit");
  closeSync(reader);
  expect(await ended).toEqual([0, null]);
});
