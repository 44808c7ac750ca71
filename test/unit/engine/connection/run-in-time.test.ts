import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runInTime } from "../../../../engine/connection/ssh/run-in-time.ts";

const start = promisify(execFile);
const run = (script: string) => async (signal: AbortSignal) => ({
  code: 0,
  stdout: (await start("/bin/sh", ["-c", script], { signal })).stdout,
});
const hang = run("exec sleep 600");

test("a command that hangs has no answer, and is no failure", async () => {
  expect(await runInTime(hang, 50)).toEqual({ code: 255, stdout: "" });
});

test("one that the caller ends is one, and so is one that cannot run", async () => {
  await expect(runInTime(hang, 60_000, AbortSignal.timeout(50))).rejects.toThrow("abort");
  await expect(runInTime(run("exit 3"), 60_000)).rejects.toThrow("Command failed");
});

test("any other gives what it gives", async () => {
  expect(await runInTime(run("echo GPU"), 60_000)).toEqual({ code: 0, stdout: "GPU\n" });
});
