import type { Span } from "./span.ts";

/**
 * Text that was derived from a document by leaving characters out (continuation lines, comments, quotes)
 * or replacing them (escapes), with a map from each of its characters back to the document.
 */
export class MappedText {
  readonly text: string;
  readonly #runs: readonly Run[];
  /** Where the text ends in the document. */
  readonly #sourceEnd: number;
  /** Where the text lies in the one that {@link #runs} are of, and how long that is. */
  readonly #from: number;
  readonly #whole: number;

  constructor(text: string, runs: readonly Run[], sourceEnd: number, from = 0, whole = text.length) {
    this.text = text;
    this.#runs = runs;
    this.#sourceEnd = sourceEnd;
    this.#from = from;
    this.#whole = whole;
  }

  /** The document offset of the character at `offset`; the text's length gives the end of its last one. */
  toSource(offset: number): number {
    if (offset >= this.text.length) return this.#sourceEnd + (offset - this.text.length);
    return this.#runOffset(offset);
  }

  /** The document offset just behind the character before `offset`: where a range that ends there ends. */
  toSourceEnd(offset: number): number {
    return offset <= 0 ? this.toSource(0) : this.#characterEnd(offset - 1);
  }

  /** The document's span of the derived range `[start, end)`. */
  spanOf(start: number, end: number): Span {
    if (start >= end) {
      const at = this.toSource(start);
      return { start: at, end: at };
    }
    return { start: this.toSource(start), end: this.toSourceEnd(end) };
  }

  /** The part `[start, end)` of the text, with its map. */
  slice(start: number, end: number): MappedText {
    const last = Math.min(end, this.text.length);
    const text = this.text.slice(start, last);
    return new MappedText(text, this.#runs, this.toSourceEnd(last), this.#from + start, this.#whole);
  }

  /** Calls `visit` for each stretch of `[start, end)` whose characters stand next to each other in the document. */
  forEachRun(start: number, end: number, visit: (piece: string, source: Span) => void): void {
    let at = Math.max(0, start);
    const last = Math.min(end, this.text.length);
    for (let index = this.#runIndex(at); at < last; index++) {
      const run = this.#runs[index]!;
      const runEnd = this.#runEnd(index);
      const pieceEnd = Math.min(last, runEnd);
      const source = run.source + (at + this.#from - run.derived);
      const sourceEnd = pieceEnd === runEnd ? run.sourceEnd : source + (pieceEnd - at);
      visit(this.text.slice(at, pieceEnd), { start: source, end: sourceEnd });
      at = pieceEnd;
    }
  }

  #characterEnd(offset: number): number {
    const index = this.#runIndex(offset);
    const run = this.#runs[index];
    if (!run) return this.#sourceEnd;
    return offset + 1 >= this.#runEnd(index) ? run.sourceEnd : this.#sourceOf(run, offset + 1);
  }

  #runOffset(offset: number): number {
    const run = this.#runs[this.#runIndex(offset)];
    return run ? this.#sourceOf(run, offset) : this.#sourceEnd;
  }

  #sourceOf(run: Run, offset: number): number {
    return run.source + (offset + this.#from - run.derived);
  }

  /** Where a run ends in this text, or would if the text went on. */
  #runEnd(index: number): number {
    return (this.#runs[index + 1]?.derived ?? this.#whole) - this.#from;
  }

  #runIndex(offset: number): number {
    const derived = offset + this.#from;
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#runs[middle]!.derived <= derived) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Derived characters that stand for consecutive characters of the document. */
export interface Run {
  /** Where it begins in the derived text. */
  readonly derived: number;
  readonly source: number;
  /** Differs from `source` + length only for a decoded escape. */
  sourceEnd: number;
}

/** Collects the pieces of a {@link MappedText} in order. */
export class MappedTextBuilder {
  readonly #pieces: string[] = [];
  readonly #runs: Run[] = [];
  #length = 0;
  /** Whether the next piece may lengthen the last run. */
  #open = false;

  /** Adds `piece`, whose characters stand one for one from `source` on in the document. */
  add(piece: string, source: number): void {
    if (piece.length === 0) return;
    const last = this.#runs.at(-1);
    if (last && this.#open && last.sourceEnd === source) last.sourceEnd += piece.length;
    else this.#runs.push({ derived: this.#length, source, sourceEnd: source + piece.length });
    this.#open = true;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** Adds the part `[start, end)` of another mapped text. */
  addFrom(text: MappedText, start: number, end: number): void {
    text.forEachRun(start, end, (piece, source) => {
      if (source.end - source.start === piece.length) this.add(piece, source.start);
      else this.addDecoded(piece, source.start, source.end);
    });
  }

  /** Adds one character that stands for the document's `[source, sourceEnd)` (an escape sequence). */
  addDecoded(character: string, source: number, sourceEnd: number): void {
    this.#runs.push({ derived: this.#length, source, sourceEnd });
    this.#open = false;
    this.#pieces.push(character);
    this.#length += character.length;
  }

  /** The text so far; `sourceEnd` is where it ends in the document when nothing was added. */
  build(sourceEnd: number): MappedText {
    const last = this.#runs.at(-1);
    // Most texts are one piece, and an array that grows has room for many.
    const runs = this.#runs.length === 1 ? [this.#runs[0]!] : this.#runs;
    const text = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join("");
    return new MappedText(text, runs, last?.sourceEnd ?? sourceEnd);
  }
}
