import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import { makeOwnFolder } from "../engine/make-folder.ts";

/** Where the code of one command is kept. */
export interface KeptPlace {
  /** Absolute; made when something is kept. */
  readonly folder: string;
  /** The command's name: each keeps the functions that it uses. */
  readonly name: string;
}

/** After a day a command keeps its code anew: another call of it may have used other functions. */
const renewedAfter = 86_400_000;
/** What was not renewed for a month is of a version that is gone. */
const goneAfter = 30 * renewedAfter;

/**
 * Runs the CommonJS program `file` (absolute) from what V8 compiled of it in an earlier run, and keeps that for the next
 * one when this ends. V8 refuses the code of another version of itself; the name says of which program it is.
 */
export function runFromKept(file: string, place: KeptPlace): void {
  const source = readFileSync(file, "utf8");
  const path = join(place.folder, `${place.name}-${process.version}-${process.arch}-${crc32(source)}`);
  const kept = read(path);
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${source.replace(/^#!/, "//")}\n})`,
    { filename: file, cachedData: kept?.code },
  );
  if (!kept || kept.old || script.cachedDataRejected)
    process.once("exit", () => keep(path, place.folder, script.createCachedData()));
  const module = { exports: {} };
  script
    .runInThisContext()
    .call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
}

function read(path: string): { readonly code: Buffer; readonly old: boolean } | undefined {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(4);
    if (bytes.length < 4 || bytes.readUInt32BE() !== crc32(code)) return undefined;
    return { code, old: age(path) > renewedAfter };
  } catch {
    return undefined;
  }
}

/** Writes the code where other runs find it whole or not at all. Where that cannot be, nothing is kept. */
function keep(path: string, folder: string, code: Buffer): void {
  const temporary = `${path}.${process.pid}`;
  try {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(code));
    makeOwnFolder(folder);
    writeFileSync(temporary, Buffer.concat([sum, code]));
    renameSync(temporary, path);
    for (const each of readdirSync(folder).map((other) => join(folder, other)))
      if (age(each) > goneAfter) rmSync(each, { force: true });
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {}
  }
}

function age(path: string): number {
  return Date.now() - statSync(path).mtimeMs;
}
