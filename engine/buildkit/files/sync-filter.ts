import {
  type PathPattern,
  PathPatterns,
  type PatternDecision,
  readPattern,
} from "../../../core/context/path-patterns.ts";
import { type BytePath, textOf } from "./byte-path.ts";

/** What was decided for a folder; needed again for what lies in it. */
export interface FilterDecision {
  /** Whether the entry itself is sent. */
  readonly sent: boolean;
  /** Whether something below it may be, if it is a folder. */
  readonly below: boolean;
  readonly included: PatternDecision | undefined;
  readonly excluded: PatternDecision | undefined;
}

/** Which entries of a folder a file sync sends. */
export class SyncFilter {
  readonly #includes: PathPatterns | undefined;
  readonly #excludes: PathPatterns | undefined;

  /**
   * @param includes at least one must hold an entry; undefined where all are sent
   * @param excludes none may hold it; as in an ignore file, `!` takes back
   * @throws {Error} on a pattern that Docker refuses
   */
  constructor(includes: readonly string[] | undefined, excludes: readonly string[]) {
    this.#includes = includes && patternsOf(includes);
    this.#excludes = excludes.length > 0 ? patternsOf(excludes) : undefined;
  }

  /** Decides for an entry of a folder that was decided for. */
  decide(path: BytePath, folder: FilterDecision | undefined): FilterDecision {
    const text = textOf(path);
    const included = this.#includes?.decide(text, folder?.included);
    const excluded = this.#excludes?.decide(text, folder?.excluded);
    const isIncluded = !included || included.by !== undefined;
    const isExcluded = excluded?.by !== undefined;
    return {
      sent: isIncluded && !isExcluded,
      below:
        (isIncluded || this.#includes!.mayHoldBelow(text)) &&
        (!isExcluded || this.#excludes!.mayTakeBackBelow(text)),
      included,
      excluded,
    };
  }
}

function patternsOf(texts: readonly string[]): PathPatterns {
  const patterns: PathPattern[] = [];
  for (const text of texts) {
    const pattern = readPattern(text);
    if (pattern) patterns.push(pattern);
    else if (text.trim() !== "")
      throw new Error(`${JSON.stringify(text)} is no pattern: see the ignore file, or COPY and ADD`);
  }
  return new PathPatterns(patterns);
}
