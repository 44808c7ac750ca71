import { forEachChild, type SyntaxNode, type Word } from "unbash";
import { type SemanticTokens, SemanticTokensBuilder, type SemanticTokensLegend } from "vscode-languageserver";
import { variableReferences } from "../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction } from "../../core/dockerfile/instruction.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";
import type { Span } from "../../core/dockerfile/span.ts";

const types = [
  "keyword",
  "comment",
  "string",
  "variable",
  "property",
  "function",
  "parameter",
  "class",
  "namespace",
  "operator",
  "macro",
] as const;

type TokenType = (typeof types)[number];

/** The token types, by their place in this list. */
export const semanticTokensLegend: SemanticTokensLegend = { tokenTypes: [...types], tokenModifiers: [] };

/** Syntax nested deeper than this is left without colours: a hostile file must not recurse. */
const maximumNesting = 200;

interface Token {
  readonly span: Span;
  readonly type: TokenType;
}

/**
 * The colours of a Dockerfile, the shell inside RUN included, in time linear in its length (the language service's own
 * take 13.6 s for 4,000 lines). A token that reaches over a line end is cut there.
 */
export function semanticTokens(dockerfile: Dockerfile): SemanticTokens {
  const tokens: Token[] = [];
  for (const { span } of dockerfile.directives) tokens.push({ span, type: "macro" });
  for (const { span } of dockerfile.comments) tokens.push({ span, type: "comment" });
  for (const instruction of dockerfile.instructions)
    tokens.push(...instructionTokens(instruction, dockerfile));
  return encode(tokens, dockerfile);
}

/** Sorted, the outer of two overlapping tokens cut at the inner one, lines apart. */
function encode(tokens: Token[], { text, lines }: Dockerfile): SemanticTokens {
  tokens.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const builder = new SemanticTokensBuilder();
  let done = 0;
  const push = (start: number, end: number, type: TokenType) => {
    let at = Math.max(start, done);
    while (at < end) {
      const { line, character } = lines.positionAt(at);
      const stop = Math.min(end, lines.lineStart(line + 1));
      const length = withoutLineEnd(text, at, stop) - at;
      if (length > 0) builder.push(line, character, length, types.indexOf(type), 0);
      at = stop;
    }
    done = Math.max(done, end);
  };
  const open: Token[] = [];
  const closeUpTo = (offset: number) => {
    for (let outer = open.at(-1); outer && outer.span.end <= offset; outer = open.at(-1)) {
      push(outer.span.start, outer.span.end, outer.type);
      open.pop();
    }
  };
  for (const token of tokens) {
    closeUpTo(token.span.start);
    const outer = open.at(-1);
    if (outer) push(outer.span.start, token.span.start, outer.type);
    open.push(token);
  }
  closeUpTo(Number.POSITIVE_INFINITY);
  return builder.build();
}

function* instructionTokens(instruction: Instruction, dockerfile: Dockerfile): Generator<Token> {
  yield { span: instruction.keywordSpan, type: "keyword" };
  for (const { span } of instruction.flags) yield { span, type: "parameter" };
  for (const { span, closing } of instruction.heredocs) {
    yield { span, type: "operator" };
    if (closing) yield { span: closing, type: "operator" };
  }
  switch (instruction.kind) {
    case "FROM": {
      const { image, alias, stage } = instruction;
      if (image) yield { span: image.span, type: stage?.parent ? "namespace" : "class" };
      if (image) yield* references(image.raw, image.joined.start, instruction, dockerfile.escape);
      if (alias) yield { span: alias.span, type: "namespace" };
      return;
    }
    case "ARG":
    case "ENV":
      for (const { nameSpan } of instruction.assignments) yield { span: nameSpan, type: "property" };
      yield* references(instruction.rest.text, 0, instruction, dockerfile.escape, true);
      return;
    case "RUN":
      for (const script of instruction.shell.scripts) yield* shellTokens(script);
      return;
    default:
      yield* references(instruction.rest.text, 0, instruction, dockerfile.escape, true);
  }
}

function* references(
  raw: string,
  at: number,
  instruction: Instruction,
  escape: string,
  rest = false,
): Generator<Token> {
  const source = rest ? instruction.rest : instruction.body;
  for (const { start, end } of variableReferences(raw, escape))
    yield { span: source.spanOf(at + start, at + end), type: "variable" };
}

function* shellTokens(script: ShellScript): Generator<Token> {
  const tokens: Token[] = [];
  const add = (pos: number, end: number, type: TokenType) => {
    if (end > pos) tokens.push({ span: script.source.spanOf(pos, end), type });
  };
  const visit = (node: SyntaxNode, nesting: number): void => {
    if (nesting > maximumNesting) return;
    if (node.type === "Command") {
      if (node.name) add(node.name.pos, node.name.end, "function");
      for (const { pos, end, text } of node.args) if (text.startsWith("-")) add(pos, end, "parameter");
    } else if (node.type === "Assignment") add(node.pos, node.pos + node.name.length, "property");
    else if (node.type === "Word") wordTokens(node, add);
    const keywords = reserved[node.type];
    if (keywords) add(node.pos, node.pos + keywords.length, "keyword");
    forEachChild(node, (child) => visit(child, nesting + 1));
  };
  for (const statement of script.tree.commands) visit(statement.command, 0);
  yield* tokens;
}

/** The word that a compound command begins with. */
const reserved: Readonly<Partial<Record<SyntaxNode["type"], string>>> = {
  If: "if",
  For: "for",
  Case: "case",
  Select: "select",
};

function wordTokens(word: Word, add: (pos: number, end: number, type: TokenType) => void): void {
  for (const part of word.parts ?? []) {
    if (/Quoted$|^LocaleString$/.test(part.type)) add(part.pos, part.end, "string");
    if (part.type === "SimpleExpansion" || part.type === "ParameterExpansion")
      add(part.pos, part.end, "variable");
    if (part.type !== "DoubleQuoted") continue;
    for (const inner of part.parts)
      if (inner.type === "SimpleExpansion" || inner.type === "ParameterExpansion")
        add(inner.pos, inner.end, "variable");
  }
}

/** Where `[start, end)` ends without its line end and what joins that line to the next one. */
function withoutLineEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && "\r\n".includes(text[at - 1]!)) at--;
  if (at === end) return end;
  while (at > start && " \t".includes(text[at - 1]!)) at--;
  return at > start && "\\`".includes(text[at - 1]!) ? at - 1 : at;
}
