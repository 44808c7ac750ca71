import type { MappedText } from "./mapped-text.ts";
import type { Span } from "./span.ts";

/** A `<<EOF` on an instruction's line. */
export interface HeredocOpening {
  readonly delimiter: string;
  /** Whether variables in it are substituted: not when any part of the delimiter is quoted. */
  readonly expands: boolean;
  /** `<<-`: leading tabs of each line are dropped. */
  readonly stripTabs: boolean;
  /** The whole word `<<-"EOF"` or `<< EOF` in the document. */
  readonly span: Span;
}

/** A here-document with its lines. */
export interface HeredocSource extends HeredocOpening {
  /** Its lines, the last line end included. */
  readonly body: Span;
  /** The line that closes it; undefined when the file ends first. */
  readonly closing: Span | undefined;
}

const opening = /^\d*<<(-?)\s*([^<]*)$/;

/**
 * The here-documents that an instruction's joined line opens, in order. As in BuildKit (`heredocsFromLine`), a
 * blank-separated word that begins with `<<` opens one, and since v0.22 blanks may stand behind the `<<`;
 * `cat<<EOF`, `<<- EOF`, `<<<` and what is quoted, as all words of exec form are, do not.
 */
export function heredocsOpenedBy(keyword: string, body: MappedText): HeredocOpening[] {
  const text = body.text;
  if (keyword === "ONBUILD" && !/^\s*(RUN|COPY|ADD)\b/i.test(text)) return [];
  const found: HeredocOpening[] = [];
  for (const word of blankSeparatedWords(text)) {
    const match = opening.exec(text.slice(word.start, word.end));
    const written = match?.[2];
    if (!match || !written) continue;
    found.push({
      delimiter: written.replace(/["'\\]/g, ""),
      expands: !/["'\\]/.test(written),
      stripTabs: match[1] === "-",
      span: body.spanOf(word.start, word.end),
    });
  }
  return found;
}

/** Whether a word of COPY or ADD stands for a here-document; a `<<` alone is a path there, in BuildKit too. */
export function isHeredocWord(word: string): boolean {
  return Boolean(opening.exec(word)?.[2]);
}

/** Words split at blanks outside quotes; the blanks behind a `<<` belong to its word. */
function blankSeparatedWords(text: string): Span[] {
  const words: Span[] = [];
  let start = -1;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (!quote && /\s/.test(character)) {
      if (start >= 0) words.push({ start, end: at });
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (!quote && text.startsWith("<<", at)) {
      at++;
      while (/[ \t\r]/.test(text[at + 1] ?? "")) at++;
      continue;
    }
    if (quote) {
      if (character === quote) quote = "";
      else if (character === "\\" && quote === '"') at++;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "\\") at++;
  }
  if (start >= 0) words.push({ start, end: text.length });
  return words;
}
