import { type HeredocSource, heredocsOpenedBy } from "./heredoc.ts";
import { type MappedText, MappedTextBuilder } from "./mapped-text.ts";
import type { Span } from "./span.ts";

/** `# syntax=…`, `# escape=…` or `# check=…` at the very top. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
}

/** A `#` line of the Dockerfile itself (not of a shell or a here-document). */
export interface Comment {
  /** The text behind `#`, untrimmed. */
  readonly text: string;
  readonly span: Span;
}

/** An instruction as it stands in the text, before its arguments are understood. */
export interface InstructionSource {
  /** Upper case: `RUN`. Whatever stands first on the line, known to Docker or not. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  /** From the keyword to the end of its last line, here-documents included, without the line end. */
  readonly span: Span;
  /** What follows the keyword as BuildKit joins it: continuation lines joined, comment lines gone. */
  readonly body: MappedText;
  /** Where {@link body} ends: before the here-documents' lines. */
  readonly bodyEnd: number;
  readonly heredocs: readonly HeredocSource[];
}

/** A Dockerfile cut into its instructions. */
export interface ScannedDockerfile {
  /** The escape character: a backslash, or what `# escape=` says. */
  readonly escape: "\\" | "`";
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly instructions: readonly InstructionSource[];
}

interface Line {
  readonly start: number;
  /** Without the line end. */
  readonly end: number;
  /** The next line's start. */
  readonly next: number;
}

const directiveLine = /^[ \t]*#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.*)$/;
const withHeredocs = new Set(["RUN", "COPY", "ADD", "ONBUILD"]);

/**
 * Cuts a Dockerfile into instructions by the rules of BuildKit's parser
 * (moby/buildkit `frontend/dockerfile/parser`): directives only at the top, comment and empty lines inside an
 * instruction are dropped, a line ending in one escape character goes on, here-documents are taken as they are.
 * Any text gives a result; time is linear in its length.
 */
export function scanDockerfile(text: string): ScannedDockerfile {
  const directives: Directive[] = [];
  const comments: Comment[] = [];
  const instructions: InstructionSource[] = [];
  let escape: "\\" | "`" = "\\";
  let at = text.startsWith("\uFEFF") ? 1 : 0;

  while (at < text.length) {
    const line = lineFrom(text, at);
    const content = text.slice(line.start, line.end);
    const match = directiveLine.exec(content);
    const name = match?.[1]?.toLowerCase();
    if (!match || !name || !["syntax", "escape", "check"].includes(name)) break;
    if (directives.some((directive) => directive.name === name)) break;
    const value = match[2]!.trimEnd();
    directives.push({ name, value, span: { start: line.start, end: line.end } });
    if (name === "escape" && value === "`") escape = "`";
    at = line.next;
  }

  while (at < text.length) {
    const line = nextCodeLine(text, at, comments);
    if (!line) break;
    const read = readInstruction(text, line, escape, comments);
    instructions.push(read.instruction);
    at = read.next;
  }
  return { escape, directives, comments, instructions };
}

function readInstruction(
  text: string,
  first: Line,
  escape: string,
  comments: Comment[],
): { instruction: InstructionSource; next: number } {
  const keywordStart = first.start + leadingBlanks(text, first.start, first.end);
  let keywordEnd = keywordStart;
  while (keywordEnd < first.end && !isBlank(text.charCodeAt(keywordEnd))) keywordEnd++;
  if (text[keywordEnd - 1] === escape && keywordEnd === first.end && keywordEnd - keywordStart > 1)
    keywordEnd--;

  const body = new MappedTextBuilder();
  let line = first;
  let from = keywordEnd;
  let bodyEnd = first.end;
  for (;;) {
    const contentEnd = continuationAt(text, from, line.end, escape);
    if (contentEnd === undefined) {
      bodyEnd = trimmedEnd(text, from, line.end);
      body.add(text.slice(from, bodyEnd), from);
      break;
    }
    body.add(text.slice(from, contentEnd), from);
    bodyEnd = contentEnd;
    const following = nextCodeLine(text, line.next, comments);
    if (!following) {
      line = { ...line, next: text.length };
      break;
    }
    line = following;
    from = line.start;
  }

  const mapped = body.build(keywordEnd);
  const keyword = text.slice(keywordStart, keywordEnd).toUpperCase();
  const heredocs: HeredocSource[] = [];
  let next = line.next;
  let end = bodyEnd;
  if (withHeredocs.has(keyword) && mapped.text.includes("<<")) {
    for (const opening of heredocsOpenedBy(keyword, mapped)) {
      const closed = readHeredocBody(text, next, opening.delimiter, opening.stripTabs);
      heredocs.push({ ...opening, body: closed.body, closing: closed.closing });
      next = closed.next;
      end = closed.closing?.end ?? closed.body.end;
    }
  }
  return {
    instruction: {
      keyword,
      keywordSpan: { start: keywordStart, end: keywordEnd },
      span: { start: keywordStart, end: Math.max(end, keywordEnd) },
      body: mapped,
      bodyEnd,
      heredocs,
    },
    next,
  };
}

/** The next line that is neither a comment nor empty; comments on the way are collected. */
function nextCodeLine(text: string, from: number, comments: Comment[]): Line | undefined {
  let at = from;
  while (at < text.length) {
    const line = lineFrom(text, at);
    let first = line.start;
    while (first < line.end && (text[first] === " " || text[first] === "\t")) first++;
    if (text[first] === "#" && first < line.end)
      comments.push({ text: text.slice(first + 1, line.end), span: { start: first, end: line.end } });
    else if (text.slice(first, line.end).trim() !== "") return line;
    at = line.next;
  }
  return undefined;
}

/** Where the text before a line's continuation mark ends, or undefined when the line does not go on. */
function continuationAt(text: string, from: number, lineEnd: number, escape: string): number | undefined {
  const mark = trimmedEnd(text, from, lineEnd) - 1;
  if (mark < from || text[mark] !== escape) return undefined;
  return text[mark - 1] === escape && mark - 1 >= from ? undefined : mark;
}

function readHeredocBody(
  text: string,
  from: number,
  delimiter: string,
  stripTabs: boolean,
): { body: Span; closing: Span | undefined; next: number } {
  let at = from;
  while (at < text.length) {
    const line = lineFrom(text, at);
    let content = text.slice(line.start, line.end);
    if (stripTabs) content = content.replace(/^\t+/, "");
    if (content === delimiter) {
      return {
        body: { start: from, end: at },
        closing: { start: line.start, end: line.end },
        next: line.next,
      };
    }
    at = line.next;
  }
  return {
    body: { start: Math.min(from, text.length), end: text.length },
    closing: undefined,
    next: text.length,
  };
}

function lineFrom(text: string, start: number): Line {
  const newline = text.indexOf("\n", start);
  if (newline < 0) return { start, end: text.length, next: text.length };
  const end = newline > start && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
  return { start, end, next: newline + 1 };
}

function leadingBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at - from;
}

function trimmedEnd(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 11 || code === 12;
}
