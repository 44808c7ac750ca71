import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { LineIndex, type Span } from "../dockerfile/span.ts";

/** The names that lead to a part of a manifest: `["images", "base", "tag"]`. */
export type ManifestPath = readonly string[];

/** Something in a manifest that could not be read. */
export interface ManifestProblem {
  /** The file, as problems call it: its path from the lab's root. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly span: Span;
  /** What is wrong and what to write. */
  readonly message: string;
  /** Whether the text is no JSON there, which an editor says by itself. */
  readonly syntax: boolean;
  /** What was probably meant there. */
  readonly instead?: string;
}

/** A problem in one line, with its place. */
export function problemText({ file, line, message }: ManifestProblem): string {
  return `${file}, line ${line}: ${message}`;
}

/** A manifest needs five levels; jsonc-parser runs out of stack at some thousand. */
const deepest = 64;
/** A lab has some dozen images; what is written by hand is far below, and each entry is looked up among the others. */
const mostEntries = 500;

/** A manifest's text with the places of its parts; comments and trailing commas are allowed. */
export class ManifestText {
  readonly text: string;
  /** Undefined where no JSON value stands. */
  readonly root: Node | undefined;
  readonly #file: string;
  #lines: LineIndex | undefined;
  readonly #errors: readonly ParseError[];
  /** Where and why it is not read at all. */
  readonly #refused: Refusal | undefined;

  /** `file` is the name that problems call it by. */
  constructor(text: string, file: string) {
    const errors: ParseError[] = [];
    this.text = text;
    this.#refused = refusal(text);
    this.root =
      this.#refused === undefined ? parseTree(text, errors, { allowTrailingComma: true }) : undefined;
    this.#file = file;
    this.#errors = errors;
  }

  get value(): unknown {
    return this.root && getNodeValue(this.root);
  }

  /** The first mistakes of the JSON itself. */
  get syntaxProblems(): ManifestProblem[] {
    if (this.#refused !== undefined) {
      const { at, message } = this.#refused;
      return [this.problem(message, { start: at, end: at + 1 })];
    }
    return this.#errors.slice(0, 3).map(({ error, offset, length }) => ({
      ...this.problem(`not valid JSON (${printParseErrorCode(error)}); correct it there.`, {
        start: offset,
        end: Math.min(this.text.length, offset + length),
      }),
      syntax: true,
    }));
  }

  /** Names that stand twice in one object: the later value holds. */
  get repeatedNames(): ManifestProblem[] {
    const problems: ManifestProblem[] = [];
    const waiting = this.root ? [this.root] : [];
    for (let node = waiting.pop(); node; node = waiting.pop()) {
      const seen = new Set<unknown>();
      for (const child of node.children ?? []) {
        waiting.push(child);
        const [name] = child.type === "property" ? (child.children ?? []) : [];
        if (name && seen.has(name.value)) {
          const message = `${String(name.value)} stands here a second time, and what stood above is not read; take one of them out.`;
          // An editor says so by itself.
          problems.push({ ...this.problem(message, contentSpan(name)), syntax: true });
        }
        if (name) seen.add(name.value);
      }
    }
    return problems.sort((a, b) => a.span.start - b.span.start);
  }

  problem(message: string, span: Span): ManifestProblem {
    this.#lines ??= new LineIndex(this.text);
    const line = this.#lines.lineAt(span.start) + 1;
    return { file: this.#file, line, span, message, syntax: false };
  }

  /** The value at `path`; undefined where there is none. */
  node(path: ManifestPath): Node | undefined {
    return this.root && findNodeAtLocation(this.root, [...path]);
  }

  /** Where the value at `path` stands, a text without its quotes; the whole file where there is none. */
  valueSpan(path: ManifestPath): Span {
    const node = this.node(path);
    return node ? contentSpan(node) : { start: 0, end: this.text.length };
  }

  /** The last name of `path` as it is written, without quotes; the value's place for the root. */
  nameSpan(path: ManifestPath): Span {
    const property = this.node(path)?.parent;
    const name = property?.type === "property" ? property.children?.[0] : undefined;
    return name ? contentSpan(name) : this.valueSpan(path);
  }

  /** The place of `length` characters at `index` of the text at `path`; all of it where it holds escapes. */
  partSpan(path: ManifestPath, index: number, length: number): Span {
    const whole = this.valueSpan(path);
    if (this.text.slice(whole.start, whole.end) !== this.node(path)?.value) return whole;
    return { start: whole.start + index, end: whole.start + index + length };
  }

  /** The `//` comments, in order: what stands behind the slashes, and the place with them. */
  get comments(): { readonly text: string; readonly span: Span }[] {
    const lineComment = 12;
    const end = 17;
    const comments: { text: string; span: Span }[] = [];
    const scanner = createScanner(this.text);
    for (let kind = Number(scanner.scan()); kind !== end; kind = Number(scanner.scan())) {
      if (kind !== lineComment) continue;
      const start = scanner.getTokenOffset();
      const span = { start, end: start + scanner.getTokenLength() };
      comments.push({ text: this.text.slice(start + 2, span.end), span });
    }
    return comments;
  }
}

interface Refusal {
  /** An offset in the text. */
  readonly at: number;
  readonly message: string;
}

/** Why a manifest is not read; undefined for one that is. */
function refusal(text: string): Refusal | undefined {
  const tooDeep = nestedTooDeep(text);
  if (tooDeep !== undefined)
    return {
      at: tooDeep,
      message: `nested deeper than ${deepest} levels, so nothing of it was read; take the brackets out.`,
    };
  const tooMany = tooManyEntries(text);
  if (tooMany === undefined) return undefined;
  const message = `more than ${mostEntries} entries in one list or object, so nothing of it was read; keep them in several labs.`;
  return { at: tooMany, message };
}

/** Where a list or an object of a JSON text has more entries than are read; undefined where none has. */
function tooManyEntries(text: string): number | undefined {
  if (text.length < mostEntries * 2) return undefined;
  const [openBrace, closeBrace, openBracket, closeBracket, comma, end] = [1, 2, 3, 4, 5, 17];
  const scanner = createScanner(text);
  const counts = [0];
  for (let kind = Number(scanner.scan()); kind !== end; kind = Number(scanner.scan())) {
    if (kind === openBrace || kind === openBracket) counts.push(1);
    else if (kind === closeBrace || kind === closeBracket) counts.pop();
    else if (kind === comma && ++counts[counts.length - 1]! > mostEntries) return scanner.getTokenOffset();
  }
  return undefined;
}

/** Where a JSON text is nested deeper than it can be read, without reading it; undefined where it is not. */
export function nestedTooDeep(text: string): number | undefined {
  // Numbers, for the library's are a constant enumeration.
  const [openBrace, closeBrace, openBracket, closeBracket, end] = [1, 2, 3, 4, 17];
  const scanner = createScanner(text);
  let depth = 0;
  for (let kind = Number(scanner.scan()); kind !== end; kind = Number(scanner.scan())) {
    if (kind === closeBrace || kind === closeBracket) depth--;
    else if ((kind === openBrace || kind === openBracket) && ++depth > deepest)
      return scanner.getTokenOffset();
  }
  return undefined;
}

function contentSpan({ type, offset, length }: Node): Span {
  const quotes = type === "string" && length >= 2 ? 1 : 0;
  return { start: offset + quotes, end: offset + length - quotes };
}
