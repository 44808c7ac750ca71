import { posix } from "node:path";
import { compilePattern, type PathTest } from "./ignore-pattern.ts";

/** One pattern of an ordered list, as in an ignore file. */
export interface PathPattern {
  /** As written, blanks around it left out. */
  readonly written: string;
  /** Begins with `!`: takes back what patterns before it fit. */
  readonly exception: boolean;
  /** The path or pattern without `!`, cleaned. */
  readonly pattern: string;
  readonly fits: PathTest;
}

/** What a list says of a path; needed again for what lies below it. */
export interface PatternDecision<Pattern extends PathPattern = PathPattern> {
  /** The pattern that holds the path; undefined where none does, or an exception took it back. */
  readonly by: Pattern | undefined;
  /** Which patterns fit the path or a folder above it, by their place. */
  readonly fitted: readonly boolean[];
}

/** Reads a pattern; undefined for one that says nothing or that Docker refuses. */
export function readPattern(text: string): PathPattern | undefined {
  const written = text.trim();
  const exception = written.startsWith("!");
  const bare = exception ? written.slice(1).trim() : written;
  if (bare === "") return undefined;
  const pattern = cleanPattern(bare);
  const fits = compilePattern(pattern);
  return fits && { written, exception, pattern, fits };
}

/** Patterns in order, with the meaning that BuildKit gives them (moby/patternmatcher): the last one that fits counts. */
export class PathPatterns<Pattern extends PathPattern = PathPattern> {
  readonly #patterns: readonly Pattern[];
  readonly #exceptions: readonly Pattern[];

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
    this.#exceptions = patterns.filter(({ exception }) => exception);
  }

  /** What the list says of a path (relative, with `/`), given what it says of the folder that holds it. */
  decide(path: string, above: PatternDecision | undefined): PatternDecision<Pattern> {
    const fitted: boolean[] = [];
    let by: Pattern | undefined;
    this.#patterns.forEach((pattern, index) => {
      const held = by !== undefined;
      const fits = above?.fitted[index] || (pattern.exception === held && pattern.fits(path));
      fitted.push(fits);
      if (fits) by = pattern.exception ? undefined : pattern;
    });
    return { by, fitted };
  }

  /** Whether something below a folder that the list does not hold may be held. */
  mayHoldBelow(folder: string): boolean {
    return this.#patterns.some(({ exception, pattern }) => !exception && mayFitBelow(pattern, folder));
  }

  /** Whether an exception may take back something below a folder that the list holds. */
  mayTakeBackBelow(folder: string): boolean {
    return this.#exceptions.some(({ pattern }) => mayFitBelow(pattern, folder));
  }
}

function mayFitBelow(pattern: string, folder: string): boolean {
  const wild = pattern.search(/[*?[\\]/);
  if (wild < 0) return pattern.startsWith(`${folder}/`);
  const certain = pattern.slice(0, wild);
  return certain.startsWith(`${folder}/`) || `${folder}/`.startsWith(certain);
}

function cleanPattern(pattern: string): string {
  const cleaned = posix.normalize(pattern).replace(/(.)\/$/, "$1");
  return cleaned.length > 1 && cleaned.startsWith("/") ? cleaned.slice(1) : cleaned;
}
