import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ name: string, text: string }} Document */

export const corpusFolder = "test/fixtures/corpus";

/**
 * The Dockerfiles of the corpus, by name.
 * @returns {Document[]}
 */
export function corpusDocuments() {
  return readdirSync(corpusFolder)
    .filter((name) => name.endsWith("Dockerfile"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(corpusFolder, name), "utf8") }));
}

/**
 * One long Dockerfile: the corpus end to end (again from its start where it is too short), cut to a length.
 * What holds at a file's head alone (a byte order mark, another escape character) would break it in the middle,
 * and a linter is quick with what it cannot read.
 * @param {readonly Document[]} corpus
 * @param {number} lines
 * @returns {Document}
 */
export function longDocument(corpus, lines) {
  const all = corpus
    .filter(({ text }) => !/^#\s*escape\s*=/im.test(text))
    .flatMap(({ text }) =>
      text
        .replace(/^\uFEFF/, "")
        .trimEnd()
        .split("\n"),
    );
  const text = Array.from({ length: lines }, (_, i) => all[i % all.length]).join("\n");
  return { name: `long-${lines}.Dockerfile`, text: `${text}\n` };
}
