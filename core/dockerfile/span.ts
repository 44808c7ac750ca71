/** A half-open range `[start, end)` of UTF-16 code units in a document. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a document as the Language Server Protocol counts: zero-based line and UTF-16 character. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Translates between offsets and line/character positions; `\n`, `\r\n` and a lone `\r` end a line. */
export class LineIndex {
  readonly #starts: number[];
  readonly #length: number;

  constructor(text: string) {
    this.#starts = /\r(?!\n)/.test(text) ? anyLineStarts(text) : lineStarts(text);
    this.#length = text.length;
  }

  /** How many lines the document has; an empty one has one. */
  get lineCount(): number {
    return this.#starts.length;
  }

  /** The line that holds `offset`; offsets outside the document are clamped. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The position of `offset`; offsets outside the document are clamped. */
  positionAt(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.#length));
    const line = this.lineAt(clamped);
    return { line, character: clamped - this.#starts[line]! };
  }

  /** The offset of `position`; a line past the end gives the document's length. */
  offsetAt(position: Position): number {
    const start = this.#starts[position.line];
    if (start === undefined) return this.#length;
    const next = this.#starts[position.line + 1] ?? this.#length;
    return Math.min(start + position.character, next);
  }

  /** Where `line` begins; a line past the end gives the document's length. */
  lineStart(line: number): number {
    return this.#starts[line] ?? this.#length;
  }
}

/** Where lines begin in a text without a lone `\r`: most texts, and quicker. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function anyLineStarts(text: string): number[] {
  const starts = [0];
  const lineEnd = /\r\n|\r|\n/g;
  while (lineEnd.exec(text)) starts.push(lineEnd.lastIndex);
  return starts;
}

/** The line end that a text uses first; `\n` where it has none. */
export function lineEndOf(text: string): "\n" | "\r\n" {
  return /\r\n|\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
}
