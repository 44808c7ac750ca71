import { type MappedText, MappedTextBuilder } from "./mapped-text.ts";
import type { Span } from "./span.ts";

/** One string of a JSON array in an instruction (`["bash", "-c", "…"]`). */
export interface JsonString {
  /** The decoded string, each character mapped to the document. */
  readonly value: MappedText;
  /** The string with its quotes, in the document. */
  readonly span: Span;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * Reads `[from, …)` of the joined text as a JSON array of strings, as Docker does for exec form.
 * Undefined when it is anything else: Docker then takes the text as shell form.
 */
export function readJsonForm(body: MappedText, from: number): JsonString[] | undefined {
  const text = body.text;
  let at = skipBlanks(text, from);
  if (text[at] !== "[") return undefined;
  at = skipBlanks(text, at + 1);
  const strings: JsonString[] = [];
  if (text[at] === "]") return skipBlanks(text, at + 1) === text.length ? strings : undefined;
  for (;;) {
    const read = readString(body, at);
    if (!read) return undefined;
    strings.push({ value: read.value, span: body.spanOf(at, read.end) });
    at = skipBlanks(text, read.end);
    if (text[at] === "]") return skipBlanks(text, at + 1) === text.length ? strings : undefined;
    if (text[at] !== ",") return undefined;
    at = skipBlanks(text, at + 1);
  }
}

function readString(body: MappedText, start: number): { value: MappedText; end: number } | undefined {
  const text = body.text;
  if (text[start] !== '"') return undefined;
  const builder = new MappedTextBuilder();
  let at = start + 1;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"') return { value: builder.build(body.toSource(at)), end: at + 1 };
    if (character !== "\\") {
      const next = nextSpecial(text, at);
      builder.addFrom(body, at, next);
      at = next;
      continue;
    }
    const escaped = text[at + 1];
    if (escaped === undefined) return undefined;
    const unicode = escaped === "u" ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, at + 6)) : null;
    if (escaped === "u" && !unicode) return undefined;
    if (!'"\\/bfnrtu'.includes(escaped)) return undefined;
    const length = unicode ? 6 : 2;
    const decoded = unicode
      ? String.fromCharCode(Number.parseInt(unicode[0], 16))
      : (escapes[escaped] ?? escaped);
    builder.addDecoded(decoded, body.toSource(at), body.toSourceEnd(at + length));
    at += length;
  }
  return undefined;
}

function nextSpecial(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"' && text[at] !== "\\") at++;
  return at;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}
