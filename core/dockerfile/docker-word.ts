import type { MappedText } from "./mapped-text.ts";
import type { Span } from "./span.ts";

/** A word of an instruction's arguments as Docker (not a shell) splits them: at blanks outside quotes. */
export interface DockerWord {
  /** As written, quotes and escapes included, continuation lines joined. */
  readonly raw: string;
  /** Where it stands in the document. */
  readonly span: Span;
  /** Where it stands in the joined text it was split from. */
  readonly joined: Span;
}

/** Splits `[from, …)` of the joined text at blanks outside quotes; `escape` takes the next character's meaning. */
export function splitDockerWords(body: MappedText, from: number, escape: string): DockerWord[] {
  const text = body.text;
  if (!/["'\\`]/.test(text)) return plainWords(body, from);
  const words: DockerWord[] = [];
  let start = -1;
  let quote = "";
  const push = (end: number) => {
    words.push({ raw: text.slice(start, end), span: body.spanOf(start, end), joined: { start, end } });
    start = -1;
  };
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (!quote && (character === " " || character === "\t" || character === "\r")) {
      if (start >= 0) push(at);
      continue;
    }
    if (start < 0) start = at;
    if (character === escape && quote !== "'") at++;
    else if (quote) {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
  }
  if (start >= 0) push(text.length);
  return words;
}

/** The words of a text without quotes and escapes: most texts, and quicker. */
function plainWords(body: MappedText, from: number): DockerWord[] {
  const { text } = body;
  const words: DockerWord[] = [];
  const word = /[^ \t\r]+/g;
  word.lastIndex = from;
  for (let match = word.exec(text); match; match = word.exec(text)) {
    const [start, end] = [match.index, word.lastIndex];
    words.push({ raw: match[0], span: body.spanOf(start, end), joined: { start, end } });
  }
  return words;
}

/** A value longer than this (characters) counts as not known: `ENV A=$A$A` sixty times over is no value. */
export const longestValue = 65_536;

/** What looks a variable up: its value, `undefined` when it is not set, `null` when it is set to something unknown. */
export type VariableLookup = (name: string) => string | null | undefined;

/** A reference `$NAME` or `${NAME…}` inside a Docker word. */
export interface VariableReference {
  readonly name: string;
  /** Offsets in the raw word. */
  readonly start: number;
  readonly end: number;
  /** The operator behind the name (`:-`, `:+`, …), if any. */
  readonly operator: string | undefined;
  readonly operand: string | undefined;
}

const reference =
  /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?]|##?|%%?|\/\/?)((?:[^{}]|\{[^{}]*\})*))?\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** As {@link reference}, at one place; apart from it because `matchAll` begins where the last `exec` ended. */
const referenceHere = new RegExp(reference.source, "y");

/** The variables that a Docker word refers to, those behind an escape left out. */
export function variableReferences(raw: string, escape: string): VariableReference[] {
  const found: VariableReference[] = [];
  if (!raw.includes("$")) return found;
  for (const match of raw.matchAll(reference)) {
    if (raw[match.index - 1] === escape) continue;
    found.push({
      name: (match[1] ?? match[4])!,
      start: match.index,
      end: match.index + match[0].length,
      operator: match[2],
      operand: match[3],
    });
  }
  return found;
}

/**
 * The value of a Docker word: quotes and escapes removed, variables substituted as BuildKit does
 * (`frontend/dockerfile/shell/lex.go`). `null` when any part cannot be known.
 */
export function resolveDockerWord(raw: string, escape: string, lookup: VariableLookup): string | null {
  if (!/["'$\\`]/.test(raw)) return raw.length > longestValue ? null : raw;
  let value = "";
  let quote = "";
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (quote === "'") {
      if (character === "'") quote = "";
      else value += character;
    } else if (character === escape) {
      const next = raw[at + 1];
      if (next === undefined) continue;
      if (quote === '"' && next !== '"' && next !== "$" && next !== escape) value += character;
      value += next;
      at++;
    } else if (character === quote) quote = "";
    else if (!quote && (character === '"' || character === "'")) quote = character;
    else if (character === "$") {
      referenceHere.lastIndex = at;
      const match = referenceHere.exec(raw);
      if (!match) {
        value += character;
        continue;
      }
      const substituted = substitute(match, escape, lookup);
      if (substituted === null) return null;
      value += substituted;
      at += match[0].length - 1;
    } else value += character;
  }
  return value.length > longestValue ? null : value;
}

function substitute(match: RegExpExecArray, escape: string, lookup: VariableLookup): string | null {
  const name = (match[1] ?? match[4])!;
  const found = lookup(name);
  const operator = match[2];
  if (operator === undefined) return found === undefined ? "" : found;
  const operand = match[3] ?? "";
  if (found === null) return null;
  const unset = found === undefined || (operator.startsWith(":") && found === "");
  if (operator.endsWith("-")) return unset ? resolveDockerWord(operand, escape, lookup) : found;
  if (operator.endsWith("+")) return unset ? "" : resolveDockerWord(operand, escape, lookup);
  if (operator.endsWith("?")) return unset ? null : found;
  return null;
}
