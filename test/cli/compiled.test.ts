import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Outcome, productVersion, runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

describe.skipIf(process.platform !== "linux")("what V8 compiled is kept for the next run", () => {
  const runWith = (cache: string, command: readonly string[] = ["--version"]): Promise<Outcome> => {
    const bounded = ["timeout", "-s", "KILL", "20", process.execPath, program.path, ...command];
    const args = ["-u", "NODE_DISABLE_COMPILE_CACHE", ...bounded];
    return runFile("env", args, folder().path, { XDG_CACHE_HOME: cache, HOME: cache });
  };
  const fine = { code: 0, stdout: `${productVersion}\n`, stderr: "" };

  test("in the user's folder of caches", async () => {
    const { path } = folder();
    expect(await runWith(path)).toEqual(fine);
    const kept = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(kept.length).toBeGreaterThan(0);
    for (const { parentPath } of kept) expect(parentPath).toContain(join(path, "lab-images", "compiled"));
  });

  /** The one file that is kept in a folder of caches. */
  const keptIn = (path: string): string => {
    const kept = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(kept).toHaveLength(1);
    return join(kept[0]!.parentPath, kept[0]!.name);
  };

  test.each(["build", "push", "lint", "hosts"])("and used by it, by %s too", async (name) => {
    const { path } = folder();
    const { path: cache } = folder();
    const command = [name, ...(name === "lint" ? [path] : ["--host", "unix:///nowhere.sock"])];
    await runWith(cache, command);
    const first = statSync(keptIn(cache));
    await runWith(cache, command);
    expect(statSync(keptIn(cache)).ino).toBe(first.ino);
  });

  test("what is broken or old is kept anew", async () => {
    const { path } = folder();
    const file = () => keptIn(path);
    await runWith(path);
    const first = statSync(file());
    expect(await runWith(path)).toEqual(fine);
    expect(statSync(file()).ino).toBe(first.ino);
    const whole = readFileSync(file());
    for (const broken of [
      whole.subarray(0, whole.length >> 1),
      Buffer.from(whole).fill(0, 100, 5_000),
      Buffer.alloc(0),
    ]) {
      writeFileSync(file(), broken);
      expect(await runWith(path)).toEqual(fine);
      expect(readFileSync(file()).length).toBeGreaterThan(whole.length / 2);
      expect(await runWith(path)).toEqual(fine);
    }
    const dayBefore = Date.now() / 1000 - 90_000;
    utimesSync(file(), dayBefore, dayBefore);
    expect(await runWith(path)).toEqual(fine);
    expect(statSync(file()).mtimeMs / 1000).toBeGreaterThan(dayBefore + 80_000);
  });

  test("or nowhere, where that cannot be written: nobody is told", async () => {
    const file = join(folder().path, "file");
    writeFileSync(file, "");
    expect(await runWith(file)).toEqual(fine);
    // A folder that is there and takes no other one, as an automounter's.
    expect(await runWith("/proc/caches")).toEqual(fine);
  });
});
