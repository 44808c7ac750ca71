import { lstat, readdir } from "node:fs/promises";
import { posix } from "node:path";
import { compilePattern } from "../../../core/context/ignore-pattern.ts";
import { type BytePath, below, bytePath, linkTarget, onDisk, textOf } from "./byte-path.ts";

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
      const targets = await targetsOf(folder, current);
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
async function targetsOf(folder: BytePath, path: BytePath): Promise<BytePath[]> {
  const above = posix.dirname(path) === "." ? "" : posix.dirname(path);
  const name = posix.basename(path);
  const links = isWild(name) ? await linksFitting(below(folder, above), name) : [name];
  const targets: BytePath[] = [];
  for (const link of links) {
    const target = await targetOf(below(folder, below(above, link)));
    if (target !== undefined) targets.push(target.startsWith("/") ? target : `/${above}/${target}`);
  }
  return targets;
}

/** The path that a symbolic link names; undefined for what is none or is not there. */
async function targetOf(path: BytePath): Promise<BytePath | undefined> {
  try {
    if (!(await lstat(onDisk(path))).isSymbolicLink()) return undefined;
    return await linkTarget(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function linksFitting(folder: BytePath, pattern: BytePath): Promise<BytePath[]> {
  const fits = compilePattern(textOf(pattern));
  try {
    const entries = await readdir(onDisk(folder), { encoding: "latin1", withFileTypes: true });
    return entries
      .filter((entry) => entry.isSymbolicLink() && fits?.(textOf(entry.name)))
      .map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isWild(name: string): boolean {
  return /[*?[]/.test(name.replaceAll(/\\./g, ""));
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
