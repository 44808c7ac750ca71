import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, parse, sep } from "node:path";
import type { Machine } from "../machine.ts";

/** As deep as OpenSSH itself follows Include (READCONF_MAX_DEPTH). */
const deepest = 16;

/**
 * The names that the user's ssh configuration gives to hosts, in its order: the `Host` words without wildcards, of the
 * files that it includes too. A file that cannot be read has none.
 */
export function sshHostNames({ sshConfigFile, home }: Machine): readonly string[] {
  const names = new Set<string>();
  const read = (file: string, depth: number): void => {
    if (depth > deepest) return;
    for (const [keyword, ...words] of linesOf(file)) {
      if (keyword === "include")
        for (const pattern of words)
          for (const path of filesOf(absolute(pattern, home, dirname(sshConfigFile)))) read(path, depth + 1);
      if (keyword === "host") for (const word of words) if (!/[*?!]/.test(word)) names.add(word);
    }
  };
  read(sshConfigFile, 0);
  return [...names];
}

function* linesOf(file: string): Iterable<readonly string[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return;
  }
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line);
    if (!match) continue;
    const words = (match[2]!.match(/"[^"]*"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ""));
    const comment = words.findIndex((word) => word.startsWith("#"));
    yield [match[1]!.toLowerCase(), ...(comment < 0 ? words : words.slice(0, comment))];
  }
}

function absolute(pattern: string, home: string, folder: string): string {
  if (pattern.startsWith("~/")) return join(home, pattern.slice(2));
  return isAbsolute(pattern) ? pattern : join(folder, pattern);
}

/** The files that a pattern with `*` and `?` names. */
function filesOf(pattern: string): readonly string[] {
  const { root } = parse(pattern);
  let paths = [root];
  // On Windows both slashes part names; elsewhere a backslash is one of their characters.
  const parts = pattern.slice(root.length).split(sep === "\\" ? /[\\/]/ : sep);
  for (const part of parts.filter(Boolean)) {
    if (!/[*?]/.test(part)) {
      paths = paths.map((path) => join(path, part));
      continue;
    }
    const matches = new RegExp(
      `^${part
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    );
    paths = paths.flatMap((path) =>
      entriesOf(path)
        .filter((name) => matches.test(name) && !name.startsWith("."))
        .map((name) => join(path, name)),
    );
  }
  return paths;
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
