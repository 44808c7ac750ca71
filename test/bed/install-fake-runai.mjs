import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Puts the fake as `runai` into a folder of its own, for a PATH.
 * @param {string} folder
 * @param {"v1" | "v2"} version
 * @param {string} script `test/bed/fake-runai.mjs`, absolute
 * @returns {{ path: string, record: string }} the folder for PATH, and the file of what was understood last
 */
export function installFakeRunai(folder, version, script = resolve("test/bed/fake-runai.mjs")) {
  const path = join(folder, `fake-runai-${version}`);
  const record = join(path, "understood.json");
  mkdirSync(path);
  writeFileSync(
    join(path, "runai"),
    `#!/bin/sh\nexec '${process.execPath}' '${script}' '${version}' '${record}' "$@"\n`,
  );
  chmodSync(join(path, "runai"), 0o755);
  return { path, record };
}
