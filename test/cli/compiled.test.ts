import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Outcome, productVersion, runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

describe.skipIf(process.platform !== "linux")("what V8 compiled is kept for the next run", () => {
  const runWith = (cache: string): Promise<Outcome> => {
    const args = ["-u", "NODE_DISABLE_COMPILE_CACHE", process.execPath, program.path, "--version"];
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

  test("or nowhere, where that cannot be written: nobody is told", async () => {
    const file = join(folder().path, "file");
    writeFileSync(file, "");
    expect(await runWith(file)).toEqual(fine);
  });
});
