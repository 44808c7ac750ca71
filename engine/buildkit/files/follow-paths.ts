import { readdir } from "node:fs/promises";
import { posix } from "node:path";
import { compilePattern } from "../../../core/context/ignore-pattern.ts";
import { isMissing } from "../../../core/context/missing-path.ts";
import { type BytePath, below, bytePath, linkTarget, onDisk, textOf } from "./byte-path.ts";
import type { FileLooks } from "./look-at-files.ts";

/** Longer chains of links are taken for circles. */
const maximumLinks = 255;

/**
 * The patterns that the paths and what their symbolic links lead to come to: `COPY current/app` needs `current`, and
 * the folder that it links to. Links never lead out of the folder: an absolute one begins at its root, and `..` stops
 * there.
 *
 * @param folder the synced folder
 * @param paths as the daemon asks for them, possibly with wildcards
 * @returns undefined where everything is needed
 */
export async function followPaths(
  folder: BytePath,
  paths: readonly string[],
  looks: FileLooks,
): Promise<readonly string[] | undefined> {
  const found = new Set<BytePath>();
  const waiting = paths.map((path) => ({ path: bytePath(path), links: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { links } = next;
    const parts = posix.normalize(`/${next.path}`).split("/").filter(Boolean);
    if (parts.length === 0) return undefined;
    let current = "";
    for (const [index, part] of parts.entries()) {
      current = below(current, part);
      const targets = await targetsOf(folder, current, looks);
      if (targets.length === 0 && index < parts.length - 1) continue;
      if (found.has(current)) break;
      found.add(current);
      if (targets.length === 0 || links >= maximumLinks) break;
      const rest = parts.slice(index + 1).join("/");
      for (const target of targets) waiting.push({ path: `${target}/${rest}`, links: links + 1 });
      break;
    }
  }
  return [...found].sort().map(textOf);
}

/** Where the links that a path or a pattern's last part names lead to, from the folder's root. */
async function targetsOf(folder: BytePath, path: BytePath, looks: FileLooks): Promise<BytePath[]> {
  const above = posix.dirname(path) === "." ? "" : posix.dirname(path);
  const holder = below(folder, above);
  const name = posix.basename(path);
  const names = isWild(name) ? await namesFitting(holder, name) : [name];
  const stats = await looks.at(names.map((each) => below(holder, each)));
  const targets: BytePath[] = [];
  for (const link of names.filter((_, index) => stats[index]?.isSymbolicLink())) {
    const target = await linkTarget(below(holder, link)).catch(undefinedIfMissing);
    if (target !== undefined) targets.push(target.startsWith("/") ? target : `/${above}/${target}`);
  }
  return targets;
}

async function namesFitting(folder: BytePath, pattern: BytePath): Promise<BytePath[]> {
  const fits = compilePattern(textOf(pattern));
  const names = await readdir(onDisk(folder), "latin1").catch(undefinedIfMissing);
  return (names ?? []).filter((name) => fits?.(textOf(name)));
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function isWild(name: string): boolean {
  return /[*?[]/.test(name.replaceAll(/\\./g, ""));
}
