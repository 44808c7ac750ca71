import { diff } from "fast-myers-diff";
import type { LineRange } from "../../engine/build/build-event.ts";

/** Beyond this many lines that differ at both ends, what is between is not compared. */
const longestMiddle = 2000;

/** Where the lines of one text are in another. */
export class LineMap {
  /** By the line in the text before, counted from 0; undefined for one that is not in the other. */
  readonly #after: readonly (number | undefined)[];

  constructor(before: string, after: string) {
    this.#after = mapped(linesOf(before), linesOf(after));
  }

  /** Where an instruction is now; undefined where any of it was changed. Lines count from 1. */
  rangeOf({ start, end }: LineRange): LineRange | undefined {
    const first = this.#after[start - 1];
    if (first === undefined) return undefined;
    for (let line = start; line <= end; line++)
      if (this.#after[line - 1] !== first + line - start) return undefined;
    return { start: first + 1, end: first + 1 + end - start };
  }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

function mapped(before: readonly string[], after: readonly string[]): (number | undefined)[] {
  const map = new Array<number | undefined>(before.length).fill(undefined);
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) {
    map[start] = start;
    start++;
  }
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) {
    map[before.length - 1 - tail] = after.length - 1 - tail;
    tail++;
  }
  const middle = before.slice(start, before.length - tail);
  const other = after.slice(start, after.length - tail);
  if (Math.max(middle.length, other.length) > longestMiddle) return map;
  let at = 0;
  let to = 0;
  const same = (until: number) => {
    for (; at < until; at++, to++) map[start + at] = start + to;
  };
  for (const [from, end, , otherEnd] of diff(middle, other)) {
    same(from);
    at = end;
    to = otherEnd;
  }
  same(middle.length);
  return map;
}
