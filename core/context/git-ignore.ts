import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

/** What git leaves out below one folder: the ignore files from the repository's root down to it. */
export class GitIgnore {
  /** The repository's root, or where the search began: patterns hold from here. */
  readonly #root: string;
  readonly #rules: Ignore;

  private constructor(root: string, rules: Ignore) {
    this.#root = root;
    this.#rules = rules;
  }

  /** The rules in force in `folder` (absolute), where a search begins. */
  static at(folder: string): GitIgnore {
    const root = repositoryRoot(folder);
    if (root === undefined) return new GitIgnore(folder, noRules()).#withFileOf(folder);
    let found = GitIgnore.#ofRepository(root);
    const names = relative(root, folder).split(sep).filter(Boolean);
    let at = root;
    for (const name of names) {
      at = join(at, name);
      // A folder that was named is meant, also when the ignore files above leave it out.
      if (found.ignores(at, true)) return new GitIgnore(folder, noRules()).#withFileOf(folder);
      found = found.#withFileOf(at);
    }
    return found;
  }

  /** The rules in force in a folder found in this one's. */
  inside(folder: string): GitIgnore {
    return isRepository(folder) ? GitIgnore.#ofRepository(folder) : this.#withFileOf(folder);
  }

  /** Whether git leaves `path` (absolute, below this folder) out. */
  ignores(path: string, isFolder: boolean): boolean {
    const inside = relative(this.#root, path).split(sep).join("/");
    return this.#rules.ignores(isFolder ? `${inside}/` : inside);
  }

  static #ofRepository(root: string): GitIgnore {
    const exclude = join(gitFolder(root), "info", "exclude");
    return new GitIgnore(root, noRules().add(linesOf(exclude).join("\n"))).#withFileOf(root);
  }

  #withFileOf(folder: string): GitIgnore {
    const lines = linesOf(join(folder, ".gitignore"));
    if (lines.length === 0) return this;
    const prefix = relative(this.#root, folder).split(sep).filter(Boolean).map(escapeGlob).join("/");
    const moved = prefix === "" ? lines : lines.map((line) => below(prefix, line));
    return new GitIgnore(this.#root, noRules().add(this.#rules).add(moved.join("\n")));
  }
}

/** Whether git leaves out `path` (relative, of a file or folder that need not be there) in `folder`, whose rules are given. */
export function isLeftOut(path: string, folder: string, ofFolder: GitIgnore): boolean {
  let rules = ofFolder;
  let at = folder;
  const parts = path.split("/");
  for (const [index, part] of parts.entries()) {
    if (index > 0) rules = rules.inside(at);
    at = join(at, part);
    if (rules.ignores(at, true)) return true;
  }
  return rules.ignores(at, false);
}

/** The nearest folder at or above `folder` that is a git repository's root. */
export function repositoryRoot(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (isRepository(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}

function noRules(): Ignore {
  return ignore({ ignorecase: false });
}

function isRepository(folder: string): boolean {
  return existsSync(join(folder, ".git"));
}

/** Where a repository keeps `info/exclude`; in a worktree or a submodule `.git` is a file that says it. */
function gitFolder(root: string): string {
  const dotGit = join(root, ".git");
  const pointer = /^gitdir: (.+)/.exec(textOf(dotGit))?.[1];
  if (pointer === undefined) return dotGit;
  const folder = resolve(root, pointer.trim());
  const common = textOf(join(folder, "commondir")).trim();
  return common === "" ? folder : resolve(folder, common);
}

/** A line of an ignore file in `prefix` as a line of one at the root. */
function below(prefix: string, line: string): string {
  if (line === "" || line.startsWith("#")) return "";
  const negated = line.startsWith("!");
  const pattern = (negated ? line.slice(1) : line).replace(/^\\([#!])/, "$1");
  const anchored = /\/./.test(pattern.trimEnd());
  const moved = anchored ? `/${prefix}/${pattern.replace(/^\//, "")}` : `/${prefix}/**/${pattern}`;
  return negated ? `!${moved}` : moved;
}

function escapeGlob(name: string): string {
  return name.replace(/[\\*?[\] ]/g, "\\$&");
}

function linesOf(path: string): string[] {
  const text = textOf(path).replace(/^\uFEFF/, "");
  return text === "" ? [] : text.split(/\r?\n/);
}

/** An ignore file that cannot be read leaves nothing out. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
