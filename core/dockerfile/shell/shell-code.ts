import type { VariableLookup } from "../docker-word.ts";
import type { JsonString } from "../json-form.ts";
import type { MappedText } from "../mapped-text.ts";
import { collectInvocations } from "./collect-invocations.ts";
import type { Invocation } from "./invocation.ts";
import { isShell, scriptArgument } from "./nested-script.ts";
import { parseShell, type ShellScript } from "./shell-script.ts";
import type { ShellWord } from "./shell-word.ts";
import type { SyntaxTrees } from "./syntax-trees.ts";
import { throughWrappers } from "./wrappers.ts";

/** What a RUN hands to the shell. */
export type ShellInput =
  | { readonly form: "script"; readonly source: MappedText; readonly embedding: "instruction" | "heredoc" }
  | { readonly form: "exec"; readonly argv: readonly JsonString[]; readonly source: MappedText }
  /** Another interpreter's code (`SHELL ["pwsh"]`, a here-document that begins with `#!/usr/bin/env python`). */
  | { readonly form: "foreign" };

/** The shell of one RUN: its scripts (nested ones too) and the programs it starts, in the order they are written. */
export class ShellCode {
  readonly #input: ShellInput;
  readonly #lookup: VariableLookup;
  readonly #trees: SyntaxTrees;
  #read:
    | { main: ShellScript | undefined; scripts: ShellScript[]; invocations: Invocation[]; tooDeep: boolean }
    | undefined;

  constructor(input: ShellInput, lookup: VariableLookup, trees: SyntaxTrees) {
    this.#input = input;
    this.#lookup = lookup;
    this.#trees = trees;
  }

  /** The RUN's own script; the one behind `-c` for exec form; undefined where no shell runs. */
  get main(): ShellScript | undefined {
    return this.#parsed().main;
  }

  /** {@link main} and every script nested in it. */
  get scripts(): readonly ShellScript[] {
    return this.#parsed().scripts;
  }

  get invocations(): readonly Invocation[] {
    return this.#parsed().invocations;
  }

  /** Whether some of it is nested so deep that it was left alone. */
  get tooDeep(): boolean {
    return this.#parsed().tooDeep;
  }

  #parsed() {
    this.#read ??= this.#parse();
    return this.#read;
  }

  #parse() {
    const input = this.#input;
    if (input.form === "foreign") return { main: undefined, scripts: [], invocations: [], tooDeep: false };
    if (input.form === "script") {
      const main = parseShell(input.source, input.embedding, 0, this.#trees);
      return { main, ...collectInvocations(main, this.#lookup, this.#trees) };
    }
    const words = input.argv.map(execWord);
    if (words.length === 0) return { main: undefined, scripts: [], invocations: [], tooDeep: false };
    const { at, name, environment, through } = throughWrappers(words);
    const program = words[at]!;
    const args = words.slice(at + 1);
    const scriptAt = isShell(name) ? scriptArgument(args) : undefined;
    if (scriptAt !== undefined) {
      const code = input.argv[at + 1 + scriptAt]!.value;
      const main = parseShell(code, "json", 0, this.#trees);
      return { main, ...collectInvocations(main, this.#lookup, this.#trees) };
    }
    const script: ShellScript = {
      source: input.source,
      tree: this.#trees.of(""),
      embedding: "json",
      depth: 0,
    };
    const invocation: Invocation = {
      name,
      word: program,
      args,
      environment,
      through,
      span: { start: program.span.start, end: words.at(-1)!.span.end },
      script,
      node: undefined,
      context: { conditional: false, inFunction: false, fedBy: [], subshell: false },
    };
    return { main: undefined, scripts: [], invocations: [invocation], tooDeep: false };
  }
}

/** In exec form a word is the JSON string itself: no substitution, no splitting. Its span holds the quotes. */
function execWord(string: JsonString): ShellWord {
  const value = string.value.text;
  return {
    value,
    prefix: value,
    suffix: value,
    span: string.span,
    written: { pos: 0, end: 0 },
    substituted: false,
  };
}
