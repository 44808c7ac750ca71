import { basename, join } from "node:path";
import { looksLikeScript } from "./build-script.ts";
import type { LabFiles } from "./files.ts";
import { isMakefile } from "./given-argument.ts";

/** Programs that put a file somewhere. */
const makers =
  /(?<![\w.-])(?:cp|mv|ln|rsync|scp|wget|curl|tar|unzip|gsutil|aws|git|tee|touch|poetry|uv|pipenv)(?![\w.-])/;
/** Where a shell's `>` ends: the rest of the line begins with the file that it writes. */
const redirected = />\s*["']?[^\s"'|;&>]*$/;

/**
 * Whether a script or a makefile in one of the folders (absolute) has a line that makes a file of this name, or files of
 * this pattern, before it builds: by copying, fetching, or writing it.
 */
export function isMade(path: string, folders: readonly string[], files: LabFiles): boolean {
  const name = basename(path);
  if (name === "" || name === "." || name === "*") return false;
  return [...new Set(folders)].some((folder) =>
    files.list(folder).some((entry) => {
      if (entry.isFolder || !(looksLikeScript(entry.name) || isMakefile(entry.name))) return false;
      const text = files.readText(join(folder, entry.name)) ?? "";
      return text.includes(name) && text.split("\n").some((line) => makes(line, name));
    }),
  );
}

function makes(line: string, name: string): boolean {
  const at = line.lastIndexOf(name);
  return at >= 0 && (makers.test(line) || redirected.test(line.slice(0, at)));
}
