import type { Edit } from "../rules/rule.ts";

/** Applies edits that do not overlap to a text, or to the part `[start, end)` of it that holds them. */
export function applyEdits(text: string, edits: readonly Edit[], start = 0, end = text.length): string {
  let result = "";
  let at = start;
  for (const { span, newText } of sorted(edits)) {
    result += text.slice(at, span.start) + newText;
    at = span.end;
  }
  return result + text.slice(at, end);
}

/** Edits in the text's order. */
export function sorted(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/**
 * The edits that do at once what `first` does and then `second`, which counts in the text between the two. All of
 * them in order; those that meet become one. Time is linear.
 */
export function composed(first: readonly Edit[], between: string, second: readonly Edit[]): Edit[] {
  const result: Edit[] = [];
  let one = 0;
  let two = 0;
  /** How much further on `between` is than the text before. */
  let shift = 0;
  const nextOne = () => (first[one]?.span.start ?? Number.POSITIVE_INFINITY) + shift;
  const nextTwo = () => second[two]?.span.start ?? Number.POSITIVE_INFINITY;
  while (one < first.length || two < second.length) {
    const start = Math.min(nextOne(), nextTwo());
    const shiftBefore = shift;
    const from = two;
    let end = start;
    while (Math.min(nextOne(), nextTwo()) <= end) {
      if (nextOne() <= end) {
        const { span, newText } = first[one]!;
        end = Math.max(end, nextOne() + newText.length);
        shift += newText.length - (span.end - span.start);
        one++;
      } else end = Math.max(end, second[two++]!.span.end);
    }
    result.push({
      span: { start: start - shiftBefore, end: end - shift },
      newText: applyEdits(between, second.slice(from, two), start, end),
    });
  }
  return result;
}

/** Edits of which no two meet: at the same place their order would be a guess. */
export class ApartEdits {
  readonly edits: Edit[] = [];
  /** The edits of each stretch of the text, so that those near an edit are found at once. */
  readonly #near = new Map<number, Edit[]>();

  /** Takes all of `edits`, or none where one of them meets another that was taken. */
  add(edits: readonly Edit[]): boolean {
    if (edits.some((edit) => this.#meets(edit))) return false;
    for (const edit of edits) {
      this.edits.push(edit);
      for (const stretch of stretchesOf(edit)) {
        const known = this.#near.get(stretch);
        if (known) known.push(edit);
        else this.#near.set(stretch, [edit]);
      }
    }
    return true;
  }

  #meets(edit: Edit): boolean {
    return stretchesOf(edit).some((stretch) =>
      this.#near
        .get(stretch)
        ?.some((other) => edit.span.start <= other.span.end && other.span.start <= edit.span.end),
    );
  }
}

/** In UTF-16 code units: few edits of a text lie in one stretch, and few edits reach over several. */
const stretchLength = 256;

function stretchesOf({ span }: Edit): number[] {
  const first = Math.floor(span.start / stretchLength);
  const last = Math.floor(span.end / stretchLength);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
