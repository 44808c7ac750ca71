import type { Word } from "unbash";
import { type MappedText, MappedTextBuilder } from "../mapped-text.ts";
import type { Invocation } from "./invocation.ts";
import { type Embedding, parseShell, type ShellScript } from "./shell-script.ts";
import type { ShellWord } from "./shell-word.ts";
import type { SyntaxTrees } from "./syntax-trees.ts";

const shells = new Set(["sh", "bash", "dash", "ash", "zsh", "ksh"]);

/** Whether a program, by its file name, is a shell of the Bourne family. */
export function isShell(name: string): boolean {
  return shells.has(name);
}

/** Where a shell that is called with some arguments has its script. */
interface ShellCall {
  /** The index of the script itself in the arguments; undefined without `-c`. */
  readonly script: number | undefined;
  /** Whether it is read from the standard input. */
  readonly fromInput: boolean;
}

/** Reads a shell's arguments: options in any order, `-euxo pipefail` with a value, then the script, a file, or none. */
function shellCall(args: readonly ShellWord[]): ShellCall {
  let isCommand = false;
  let fromInput = false;
  let at = 0;
  for (; at < args.length; at++) {
    const { value } = args[at]!;
    // bash(1): "An argument of - is equivalent to --."
    if (value === "--" || value === "-") {
      at++;
      break;
    }
    if (value === null || !/^[-+]./.test(value)) break;
    if (value.startsWith("--")) {
      if (value === "--rcfile" || value === "--init-file") at++;
      continue;
    }
    if (/^-.*c/.test(value)) isCommand = true;
    if (/^-.*s/.test(value)) fromInput = true;
    at += value.match(/o/gi)?.length ?? 0;
  }
  if (isCommand) return { script: at < args.length ? at : undefined, fromInput: false };
  return { script: undefined, fromInput: fromInput || at >= args.length };
}

/** The index of the script in a shell's arguments (`-c SCRIPT`, `-lc SCRIPT`, `-euxo pipefail -c SCRIPT`). */
export function scriptArgument(args: readonly ShellWord[]): number | undefined {
  return shellCall(args).script;
}

/** Whether a shell called so reads its script from the standard input: a here-document or a pipe. */
export function readsScriptFromInput(args: readonly ShellWord[]): boolean {
  return shellCall(args).fromInput;
}

/** Whether a command only starts a script in its own words (`bash -c "…"`), of which each command is looked at by itself. */
export function startsOwnWords({ name, args }: Pick<Invocation, "name" | "args">): boolean {
  return isShell(name) && typeof args[scriptArgument(args) ?? -1]?.value === "string";
}

/** Parses a quoted word as a script of its own, with positions in the document. */
export function parseNestedWord(script: ShellScript, word: Word, trees: SyntaxTrees): ShellScript {
  const builder = new MappedTextBuilder();
  const parts = word.parts;
  let embedding: Embedding = "mixed";
  if (!parts) builder.addFrom(script.source, word.pos, word.end);
  else if (parts.length === 1 && parts[0]!.type === "SingleQuoted") {
    embedding = "single-quoted";
    builder.addFrom(script.source, word.pos + 1, word.end - 1);
  } else if (parts.length === 1 && parts[0]!.type === "DoubleQuoted") {
    embedding = "double-quoted";
    addDoubleQuoted(builder, script.source, word.pos + 1, closedEnd(script.source.text, word, '"'));
  } else {
    for (const part of parts) {
      if (part.type === "DoubleQuoted") addDoubleQuoted(builder, script.source, part.pos + 1, part.end - 1);
      else if (part.type === "SingleQuoted") builder.addFrom(script.source, part.pos + 1, part.end - 1);
      else builder.addFrom(script.source, part.pos, part.end);
    }
  }
  return parseShell(builder.build(script.source.toSource(word.pos)), embedding, script.depth + 1, trees);
}

function closedEnd(text: string, word: Word, quote: string): number {
  return text[word.end - 1] === quote && word.end - 1 > word.pos ? word.end - 1 : word.end;
}

/** In double quotes a backslash escapes only `$`, a backtick, `"`, itself and the line end. */
function addDoubleQuoted(builder: MappedTextBuilder, source: MappedText, start: number, end: number): void {
  const text = source.text;
  let from = start;
  for (let at = start; at < end; at++) {
    if (text[at] !== "\\" || at + 1 >= end) continue;
    const next = text[at + 1]!;
    if (!'$`"\\\n'.includes(next)) continue;
    builder.addFrom(source, from, at);
    // The outer shell takes the backslash away, and the inner one sees what it kept from the outer.
    if (next !== "\n") builder.addDecoded(next, source.toSource(at), source.toSourceEnd(at + 2));
    at++;
    from = at + 1;
  }
  builder.addFrom(source, from, end);
}
