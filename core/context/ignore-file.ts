import { posix } from "node:path";
import { compilePattern, type PathTest } from "./ignore-pattern.ts";

/** One line of an ignore file that means something. */
export interface IgnoreRule {
  /** As written, blanks around it left out. */
  readonly written: string;
  /** Counted from 1. */
  readonly line: number;
  /** Begins with `!`: takes back what lines above leave out. */
  readonly exception: boolean;
  /** The path or pattern without `!`, cleaned. */
  readonly pattern: string;
  readonly fits: PathTest;
}

/** What an ignore file says of a path; needed again for what lies below it. */
export interface IgnoreDecision {
  readonly ignored: boolean;
  /** The line that left it out. */
  readonly by: IgnoreRule | undefined;
  /** Which rules fit the path or a folder above it, by their place. */
  readonly fitted: readonly boolean[];
}

/** A `.dockerignore`, with the meaning that BuildKit gives it. */
export class IgnoreFile {
  readonly #rules: readonly IgnoreRule[];
  readonly #exceptions: readonly IgnoreRule[];
  readonly #decisions = new Map<string, IgnoreDecision>();

  constructor(text: string) {
    this.#rules = readRules(text);
    this.#exceptions = this.#rules.filter(({ exception }) => exception);
  }

  /** Whether a path (relative to the context, with `/`) is left out, and by which line. */
  decide(path: string): IgnoreDecision {
    const known = this.#decisions.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    const above = slash < 0 ? undefined : this.decide(path.slice(0, slash));
    const decision = this.#decide(path, above);
    // Folders are asked for again and again, by what lies in them.
    if (this.#decisions.size < 10_000) this.#decisions.set(path, decision);
    return decision;
  }

  /** Whether an exception may bring back something that lies below an ignored folder. */
  mayBringBack(folder: string): boolean {
    return this.#exceptions.some(({ pattern }) => {
      const wild = pattern.search(/[*?[\\]/);
      const certain = wild < 0 ? `${pattern}/` : pattern.slice(0, wild);
      return wild < 0 ? certain.startsWith(`${folder}/`) : agree(certain, `${folder}/`);
    });
  }

  #decide(path: string, above: IgnoreDecision | undefined): IgnoreDecision {
    const fitted: boolean[] = [];
    let by: IgnoreRule | undefined;
    this.#rules.forEach((rule, index) => {
      const ignored = by !== undefined;
      const fits = above?.fitted[index] || (rule.exception === ignored && rule.fits(path));
      fitted.push(fits);
      if (fits) by = rule.exception ? undefined : rule;
    });
    return { ignored: by !== undefined, by, fitted };
  }
}

function agree(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function readRules(text: string): IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .forEach((line, index) => {
      // Only at the very beginning of a line: ` # data` is a pattern.
      if (line.startsWith("#")) return;
      const written = line.trim();
      if (written === "") return;
      const exception = written.startsWith("!");
      const bare = exception ? written.slice(1).trim() : written;
      if (bare === "") return;
      const pattern = cleanPattern(bare);
      const fits = compilePattern(pattern);
      if (fits) rules.push({ written, line: index + 1, exception, pattern, fits });
    });
  return rules;
}

function cleanPattern(pattern: string): string {
  const cleaned = posix.normalize(pattern).replace(/(.)\/$/, "$1");
  return cleaned.length > 1 && cleaned.startsWith("/") ? cleaned.slice(1) : cleaned;
}
