import { type Command, forEachChild, type Pipeline, type Script, type SyntaxNode, type Word } from "unbash";
import { longestValue, type VariableLookup } from "../docker-word.ts";
import { MappedTextBuilder } from "../mapped-text.ts";
import type { Invocation, InvocationContext } from "./invocation.ts";
import { isShell, parseNestedWord, scriptArgument } from "./nested-script.ts";
import { parseShell, type ShellScript } from "./shell-script.ts";
import { expandWord, type ShellWord } from "./shell-word.ts";
import type { SyntaxTrees } from "./syntax-trees.ts";
import { unwrap } from "./wrappers.ts";

/** Scripts nested deeper than this are left alone; nobody writes them, and a hostile file must not recurse. */
const maximumDepth = 8;
/** Syntax nested deeper than this is left alone, for the same reason. */
const maximumNesting = 200;
/** `sudo env nice …`: more wrappers around one program are left alone, too. */
const maximumWrappers = 16;
/** Of the programs ahead in a pipeline, so many are known, the nearest ones. */
const maximumFeeders = 32;

const declarations = new Set(["export", "declare", "local", "readonly", "typeset"]);

/** Every program that a script starts, in the order they are written, and every script nested in it. */
export function collectInvocations(
  main: ShellScript,
  lookup: VariableLookup,
  trees: SyntaxTrees,
): { scripts: ShellScript[]; invocations: Invocation[] } {
  const collector = new Collector(lookup, trees);
  collector.script(main, plainContext);
  return { scripts: collector.scripts, invocations: collector.invocations };
}

const plainContext: InvocationContext = { conditional: false, inFunction: false, fedBy: [], subshell: false };

class Collector {
  readonly scripts: ShellScript[] = [];
  readonly invocations: Invocation[] = [];
  readonly #lookup: VariableLookup;
  readonly #trees: SyntaxTrees;
  /** What the script itself set so far; `null` where the value cannot be known. */
  #variables = new Map<string, string | null>();

  constructor(lookup: VariableLookup, trees: SyntaxTrees) {
    this.#lookup = lookup;
    this.#trees = trees;
  }

  script(script: ShellScript, context: InvocationContext): void {
    this.scripts.push(script);
    this.#tree(script, script.tree, context, 0);
  }

  #tree(script: ShellScript, tree: Script, context: InvocationContext, nesting: number): void {
    for (const statement of tree.commands) this.#visit(script, statement.command, context, nesting + 1);
  }

  #visit(script: ShellScript, node: SyntaxNode, context: InvocationContext, nesting: number): void {
    if (nesting > maximumNesting) return;
    const down = (child: SyntaxNode, inner: InvocationContext) =>
      this.#visit(script, child, inner, nesting + 1);
    switch (node.type) {
      case "Command":
        this.#command(script, node, context, nesting);
        return;
      case "AndOr":
        node.commands.forEach((command, index) => {
          const behindOr = index > 0 && node.operators[index - 1] === "||";
          down(command, behindOr ? { ...context, conditional: true } : context);
        });
        return;
      case "Pipeline":
        this.#pipeline(script, node, context, nesting);
        return;
      case "If":
        down(node.clause, context);
        this.#branch(() => {
          const inner = { ...context, conditional: true };
          down(node.then, inner);
          for (const elif of node.elif) down(elif, inner);
          if (node.else) down(node.else, inner);
        });
        return;
      case "For":
      case "Select":
        this.#variables.set(node.name.value, null);
        for (const word of node.wordlist ?? []) this.#substitutions(script, word, context, nesting);
        this.#branch(() => down(node.body, { ...context, conditional: true }));
        return;
      case "While":
      case "ArithmeticFor":
      case "Case":
        this.#branch(() => forEachChild(node, (child) => down(child, { ...context, conditional: true })));
        return;
      case "Function":
        this.#branch(() => down(node.body, { ...context, inFunction: true }));
        return;
      case "Subshell":
        this.#branch(() => down(node.body, { ...context, subshell: true }));
        return;
      case "CommandExpansion":
      case "ProcessSubstitution":
        // A tree with a source of its own (escaped backticks) has offsets that lead nowhere in the document.
        if (node.script && node.script.source === undefined)
          this.#tree(script, node.script, { ...context, subshell: true, fedBy: [] }, nesting + 1);
        return;
      default:
        forEachChild(node, (child) => down(child, context));
    }
  }

  #pipeline(script: ShellScript, node: Pipeline, context: InvocationContext, nesting: number): void {
    const piped = node.commands.length > 1;
    let fedBy = context.fedBy;
    for (const command of node.commands) {
      const before = this.invocations.length;
      this.#visit(script, command, { ...context, subshell: context.subshell || piped, fedBy }, nesting + 1);
      const started = this.invocations.slice(before).map(({ name }) => name);
      fedBy = [...fedBy, ...started].slice(-maximumFeeders);
    }
  }

  /** Runs `walk`; what it sets may or may not have been set afterwards. */
  #branch(walk: () => void): void {
    const before = this.#variables;
    this.#variables = new Map(before);
    walk();
    const after = this.#variables;
    this.#variables = before;
    for (const [name, value] of after) if (before.get(name) !== value) before.set(name, null);
  }

  readonly #value: VariableLookup = (name) => {
    const own = this.#variables.get(name);
    return own === undefined ? this.#lookup(name) : own;
  };

  #command(script: ShellScript, node: Command, context: InvocationContext, nesting: number): void {
    const environment = new Map<string, string | null>();
    for (const item of node.prefix) {
      if (item.type !== "Assignment") continue;
      const value = item.value.type === "Word" ? this.#single(script, item.value) : null;
      if (item.value.type === "Word") this.#substitutions(script, item.value, context, nesting);
      environment.set(item.name, item.append ? null : value);
    }
    if (!node.name) {
      for (const [name, value] of environment) this.#variables.set(name, value);
      return;
    }
    const words: ShellWord[] = [];
    const written: (Word | undefined)[] = [];
    const add = (word: Word) => {
      this.#substitutions(script, word, context, nesting);
      for (const expanded of expandWord(script, word, this.#value)) {
        words.push(expanded);
        written.push(word);
      }
    };
    add(node.name);
    for (const arg of node.args) {
      if (arg.type === "Word") add(arg);
      else this.#assignmentArgument(script, arg, words, written);
    }
    this.#program(script, node, words, written, environment, [], context, nesting);
  }

  #program(
    script: ShellScript,
    node: Command,
    words: readonly ShellWord[],
    written: readonly (Word | undefined)[],
    environment: ReadonlyMap<string, string | null>,
    through: readonly string[],
    context: InvocationContext,
    nesting: number,
  ): void {
    const word = words[0];
    if (!word) return;
    const name = fileName(word);
    const args = words.slice(1);
    if (declarations.has(name)) this.#declare(args);
    if (name === "read") for (const arg of args) if (arg.value) this.#variables.set(arg.value, null);

    const inner = through.length < maximumWrappers ? unwrap(name, words) : undefined;
    if (inner) {
      const set = new Map([...environment, ...inner.environment]);
      const deeper = [...through, name];
      this.#program(
        script,
        node,
        words.slice(inner.at),
        written.slice(inner.at),
        set,
        deeper,
        context,
        nesting,
      );
      return;
    }
    const end = words.reduce((last, each) => Math.max(last, each.span.end), word.span.end);
    this.invocations.push({
      name,
      word,
      args,
      environment,
      through,
      span: { start: word.span.start, end },
      script,
      node,
      context,
    });
    if (isShell(name)) this.#nested(script, node, args, written.slice(1), context);
  }

  #nested(
    script: ShellScript,
    node: Command,
    args: readonly ShellWord[],
    written: readonly (Word | undefined)[],
    context: InvocationContext,
  ): void {
    if (script.depth >= maximumDepth) return;
    const at = scriptArgument(args);
    const word = at === undefined ? undefined : written[at];
    if (word) {
      this.script(parseNestedWord(script, word, this.#trees), context);
      return;
    }
    if (at !== undefined || args.some((arg) => arg.value === null || !/^[-+]/.test(arg.value))) return;
    const heredoc = node.redirects.find((redirect) => redirect.type === "HereDoc");
    if (heredoc?.type !== "HereDoc") return;
    const builder = new MappedTextBuilder();
    builder.addFrom(script.source, heredoc.body.pos, heredoc.body.end);
    const source = builder.build(script.source.toSource(heredoc.body.pos));
    this.script(parseShell(source, "heredoc", script.depth + 1, this.#trees), context);
  }

  #declare(args: readonly ShellWord[]): void {
    for (const arg of args) {
      const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(arg.value ?? arg.prefix);
      if (match) this.#variables.set(match[1]!, arg.value === null ? null : match[2]!);
    }
  }

  /** `export A=b`, `env A=b`: the parser sees an assignment where a word stands. */
  #assignmentArgument(
    script: ShellScript,
    arg: Extract<Command["args"][number], { type: "Assignment" }>,
    words: ShellWord[],
    written: (Word | undefined)[],
  ): void {
    const value = arg.value.type === "Word" ? this.#single(script, arg.value) : null;
    const prefix = `${arg.name}${arg.append ? "+=" : "="}`;
    words.push({
      value: value === null ? null : prefix + value,
      prefix: prefix + (value ?? ""),
      suffix: value === null ? "" : prefix + value,
      span: script.source.spanOf(arg.pos, arg.end),
      written: { pos: arg.pos, end: arg.end },
      substituted: false,
    });
    written.push(undefined);
  }

  /** The value of a word that is not split, as on the right of an assignment. */
  #single(script: ShellScript, word: Word): string | null {
    const parts = expandWord(script, word, this.#value);
    if (parts.some((part) => part.value === null)) return null;
    const value = parts.map((part) => part.value).join(" ");
    return value.length > longestValue ? null : value;
  }

  #substitutions(script: ShellScript, word: Word, context: InvocationContext, nesting: number): void {
    if (!word.parts) return;
    const inner = { ...context, conditional: context.conditional };
    const visit = (node: SyntaxNode, depth: number): void => {
      if (depth > maximumNesting) return;
      if (node.type === "CommandExpansion" || node.type === "ProcessSubstitution")
        this.#visit(script, node, inner, depth + 1);
      else forEachChild(node, (child) => visit(child, depth + 1));
    };
    for (const part of word.parts) visit(part, nesting + 1);
  }
}

/** The file that a path names, also where only the path's end is certain (`$VENV/bin/pip`); empty when not known. */
function fileName(path: ShellWord): string {
  if (path.value === null && !path.suffix.includes("/")) return "";
  return path.suffix.slice(path.suffix.lastIndexOf("/") + 1);
}
