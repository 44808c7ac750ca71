import { type Command, forEachChild, type SyntaxNode } from "unbash";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { Span } from "../dockerfile/span.ts";
import type { BuildScript } from "./build-script.ts";

/** A `$NAME` that a command is given. */
export interface VariableUse {
  readonly name: string;
  /** With its `$` and braces, in the document. */
  readonly span: Span;
  /** The name alone. */
  readonly nameSpan: Span;
}

/** The variables whose plain values stand in a command's words; those with a default (`${A:-b}`) left out. */
export function variablesOf({ node, script }: Invocation): VariableUse[] {
  const found: VariableUse[] = [];
  const spanOf = (pos: number, end: number) => script.source.spanOf(pos, end);
  const visit = (part: SyntaxNode): void => {
    // What runs inside of `$( … )` is a command of its own.
    if (part.type === "CommandExpansion" || part.type === "ProcessSubstitution") return;
    if (part.type === "SimpleExpansion") {
      const name = part.text.slice(1);
      if (isName(name))
        found.push({ name, span: spanOf(part.pos, part.end), nameSpan: spanOf(part.pos + 1, part.end) });
    } else if (part.type === "ParameterExpansion") {
      const { parameter, parameterPos, parameterEnd, prefix, operation } = part;
      if (isName(parameter) && prefix === undefined && !mayBeUnset(operation?.type))
        found.push({
          name: parameter,
          span: spanOf(part.pos, part.end),
          nameSpan: spanOf(parameterPos, parameterEnd),
        });
    }
    forEachChild(part, visit);
  };
  for (const word of node ? wordsOf(node) : []) visit(word);
  return found;
}

function mayBeUnset(operation: string | undefined): boolean {
  return operation === "Default" || operation === "Names" || operation === "Unknown";
}

function wordsOf(node: Command): SyntaxNode[] {
  return [...(node.name ? [node.name] : []), ...node.args];
}

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

/** The variables that a script gives a value anywhere, or asks its environment for. */
export interface ScriptVariables {
  /** In the order in which they are set. */
  readonly set: readonly string[];
  /** Whether it runs another file's text in its own shell, or sets names that another file holds: these may be any. */
  readonly open: boolean;
}

const readers = new Set(["read", "mapfile", "readarray", "getopts"]);
const declarations = new Set(["export", "declare", "local", "readonly", "typeset"]);

/** Reads what a script sets: assignments, `export`, `read`, loops, `${A:=b}`; and what it expects of its environment. */
export function variablesSetBy({ scripts, invocations, text }: BuildScript): ScriptVariables {
  const set = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Assignment") set.add(node.name);
    if (node.type === "For" || node.type === "Select") set.add(node.name.value);
    if (node.type === "ArithmeticBinary" || node.type === "ArithmeticUnary")
      for (const [name] of text.slice(node.pos, node.end).matchAll(/[A-Za-z_]\w*/g)) set.add(name);
    // An author who names a default or an error for it expects it from outside.
    if (node.type === "ParameterExpansion" && node.operation?.type === "Default") set.add(node.parameter);
    forEachChild(node, visit);
  };
  for (const { tree } of scripts) for (const statement of tree.commands) visit(statement);
  let open = false;
  for (const { name, args } of invocations) {
    if (name === "source" || name === "." || name === "eval") open = true;
    const values = args.map(({ value, prefix }) => value ?? prefix);
    if (readers.has(name) || declarations.has(name))
      for (const value of values) set.add(/^[A-Za-z_]\w*/.exec(value)?.[0] ?? "");
    if (name === "printf" && values[0] === "-v") set.add(values[1] ?? "");
    // `export $(grep -v '^#' .env | xargs)`, `export "$name=$value"`
    if (declarations.has(name) && args.some(({ value, prefix }) => value === null && !prefix.includes("=")))
      open = true;
    // A test whether it is set says that it may come from outside.
    if (name === "[" || name === "test") addTested(set, text, args);
  }
  for (const [, tests = ""] of text.matchAll(/\[\[(.*)/g))
    for (const [, name] of tests.matchAll(/-[znv]\s+"?\$?\{?([A-Za-z_]\w*)/g)) set.add(name!);
  // "Usage: TAG=… ./build", "REGISTRY: e.g. ghcr.io": a comment or a message that tells the user of it.
  for (const [line] of text.matchAll(/^[ \t]*(?:#|echo\b|printf\b).*$/gm)) {
    const told = /^[ \t]*#/.test(line)
      ? /(?<![$\w{])([A-Za-z_]\w*)=|(?<![$\w{])([A-Z][A-Z0-9_]{2,})\b/g
      : /\b([A-Za-z_]\w*)=/g;
    for (const [, assigned, named] of line.matchAll(told)) set.add(assigned ?? named!);
  }
  set.delete("");
  return { set: [...set], open };
}

function addTested(set: Set<string>, text: string, args: Invocation["args"]): void {
  for (const { span } of args) {
    const name = /^"?\$\{?([A-Za-z_]\w*)/.exec(text.slice(span.start, span.end))?.[1];
    if (name !== undefined) set.add(name);
  }
}
