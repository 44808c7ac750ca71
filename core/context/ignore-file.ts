import { type PathPattern, PathPatterns, type PatternDecision, readPattern } from "./path-patterns.ts";

/** One line of an ignore file that means something. */
export interface IgnoreRule extends PathPattern {
  /** Counted from 1. */
  readonly line: number;
}

/** What an ignore file says of a path. */
export interface IgnoreDecision extends PatternDecision<IgnoreRule> {
  readonly ignored: boolean;
}

/** A `.dockerignore`, with the meaning that BuildKit gives it. */
export class IgnoreFile {
  readonly #rules: PathPatterns<IgnoreRule>;
  readonly #decisions = new Map<string, IgnoreDecision>();

  constructor(text: string) {
    this.#rules = new PathPatterns(readRules(text));
  }

  /** Whether a path (relative to the context, with `/`) is left out, and by which line. */
  decide(path: string): IgnoreDecision {
    const known = this.#decisions.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    const above = slash < 0 ? undefined : this.decide(path.slice(0, slash));
    const { by, fitted } = this.#rules.decide(path, above);
    const decision = { ignored: by !== undefined, by, fitted };
    // Folders are asked for again and again, by what lies in them.
    if (this.#decisions.size < 10_000) this.#decisions.set(path, decision);
    return decision;
  }

  /** Whether an exception may bring back something that lies below an ignored folder. */
  mayBringBack(folder: string): boolean {
    return this.#rules.mayTakeBackBelow(folder);
  }
}

/** A line of an ignore file that is no comment. */
export interface IgnoreLine {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** The lines of an ignore file without its comments. */
export function ignoreLines(text: string): IgnoreLine[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line, index) => ({ text: line, line: index + 1 }));
  // Only at the very beginning of a line: ` # data` is a pattern.
  return lines.filter((each) => !each.text.startsWith("#"));
}

function readRules(text: string): IgnoreRule[] {
  return ignoreLines(text).flatMap(({ text: written, line }) => {
    const pattern = readPattern(written);
    return pattern ? [{ ...pattern, line }] : [];
  });
}
