import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pictureFolder, pictures } from "./picture-list.mjs";

const record = `${pictureFolder}/made-from.json`;

/**
 * The digest of the sources that a picture shows, as they are in the working tree.
 * @param {readonly string[]} paths
 */
function digestOf(paths) {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...paths],
    {
      encoding: "utf8",
    },
  );
  const hash = createHash("sha256");
  for (const path of [...new Set(listed.split("\0"))].sort()) {
    if (path !== "" && existsSync(path)) {
      hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** @returns {Readonly<Record<string, string>>} by the picture's name */
function recorded() {
  return existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};
}

/** The names of the pictures that were taken of other sources than these. */
export function stalePictures() {
  const taken = recorded();
  return [...pictures].flatMap(([name, paths]) => (taken[name] === digestOf(paths) ? [] : [name]));
}

/** Writes down what the pictures are made from, once all of them are taken. */
export function recordPictures() {
  const digests = Object.fromEntries([...pictures].map(([name, paths]) => [name, digestOf(paths)]));
  writeFileSync(record, `${JSON.stringify(digests, undefined, 2)}\n`);
}
