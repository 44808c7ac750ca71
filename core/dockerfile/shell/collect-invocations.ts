import {
  type AndOr,
  type Command,
  forEachChild,
  type Pipeline,
  type Script,
  type SyntaxNode,
  type Word,
} from "unbash";
import { longestValue, type VariableLookup } from "../docker-word.ts";
import { MappedTextBuilder } from "../mapped-text.ts";
import type { Invocation, InvocationContext } from "./invocation.ts";
import { isShell, parseNestedWord, readsScriptFromInput, scriptArgument } from "./nested-script.ts";
import { parseShell, type ShellScript } from "./shell-script.ts";
import { ShellVariables } from "./shell-variables.ts";
import { expandWord, type ShellWord } from "./shell-word.ts";
import type { SyntaxTrees } from "./syntax-trees.ts";
import { throughWrappers } from "./wrappers.ts";

/** Scripts nested deeper than this are left alone; nobody writes them, and a hostile file must not recurse. */
const maximumDepth = 8;
/** Syntax nested deeper than this is left alone, for the same reason. */
const maximumNesting = 200;
/** Of the programs ahead in a pipeline, so many are known, the nearest ones. */
const maximumFeeders = 32;

const declarations = new Set(["export", "declare", "local", "readonly", "typeset"]);

/**
 * Every program that a script starts, in the order they are written, and every script nested in it; `tooDeep` where some
 * are nested so deep that they were left alone.
 */
export function collectInvocations(
  main: ShellScript,
  lookup: VariableLookup,
  trees: SyntaxTrees,
): { scripts: ShellScript[]; invocations: Invocation[]; tooDeep: boolean } {
  const collector = new Collector(lookup, trees);
  collector.script(main, plainContext);
  const { scripts, invocations, tooDeep } = collector;
  // Copies, since an array that grows has room for many, and these are kept.
  return { scripts: [...scripts], invocations: [...invocations], tooDeep };
}

const noEnvironment: ReadonlyMap<string, string | null> = new Map();
const plainContext: InvocationContext = { conditional: false, inFunction: false, fedBy: [], subshell: false };

class Collector {
  readonly scripts: ShellScript[] = [];
  readonly invocations: Invocation[] = [];
  tooDeep = false;
  readonly #lookup: VariableLookup;
  readonly #trees: SyntaxTrees;
  readonly #variables = new ShellVariables();

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
    if (nesting > maximumNesting) {
      this.tooDeep = true;
      return;
    }
    const inside = nesting + 1;
    switch (node.type) {
      case "Command":
        this.#command(script, node, context, nesting);
        return;
      case "AndOr":
        this.#list(script, node, context, inside);
        return;
      case "Pipeline":
        this.#pipeline(script, node, context, nesting);
        return;
      case "If":
        this.#visit(script, node.clause, context, inside);
        this.#either(script, [node.then, ...node.elif, ...(node.else ? [node.else] : [])], context, inside);
        return;
      case "Case":
        this.#substitutions(script, node.word, context, nesting);
        this.#either(script, node.items, context, inside);
        return;
      case "For":
      case "Select":
        this.#variables.set(node.name.value, null);
        for (const word of node.wordlist ?? []) this.#substitutions(script, word, context, nesting);
        this.#variables.branch(() =>
          this.#visit(script, node.body, { ...context, conditional: true }, inside),
        );
        return;
      case "While":
      case "ArithmeticFor":
        this.#variables.branch(() =>
          forEachChild(node, (child) =>
            this.#visit(script, child, { ...context, conditional: true }, inside),
          ),
        );
        return;
      case "Function":
        this.#variables.branch(() =>
          this.#visit(script, node.body, { ...context, inFunction: true }, inside),
        );
        return;
      case "Subshell":
        this.#variables.branch(() => this.#visit(script, node.body, { ...context, subshell: true }, inside));
        return;
      case "CommandExpansion":
      case "ProcessSubstitution":
        // A tree with a source of its own (escaped backticks) has offsets that lead nowhere in the document.
        if (node.script && node.script.source === undefined)
          this.#tree(script, node.script, { ...context, subshell: true, fedBy: [] }, nesting + 1);
        return;
      default:
        forEachChild(node, (child) => this.#visit(script, child, context, inside));
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

  /** `a && b || c`: what stands behind the first operator may run or not, unless all before it succeeds. */
  #list(
    script: ShellScript,
    { commands, operators }: AndOr,
    context: InvocationContext,
    inside: number,
  ): void {
    const behindOr = { ...context, conditional: true };
    for (let start = 0; start < commands.length; ) {
      const or = operators.indexOf("||", start);
      const end = or < 0 ? commands.length : or + 1;
      let next = start + 1;
      if (start === 0) {
        this.#visit(script, commands[0]!, context, inside);
        for (; next < end && this.#succeeds(commands[next - 1]!); next++)
          this.#visit(script, commands[next]!, context, inside);
      } else this.#variables.branch(() => this.#visit(script, commands[start]!, behindOr, inside));
      this.#variables.branch(() => {
        for (const command of commands.slice(next, end)) this.#visit(script, command, context, inside);
      });
      start = end;
    }
  }

  /** Whether a command, visited last, cannot fail, as `export A=b`, or is `apt-get update`, by which nobody asks anything. */
  #succeeds(node: SyntaxNode): boolean {
    if (node.type !== "Command" || node.redirects.length > 0) return false;
    if (node.name && !declarations.has(node.name.value)) {
      const last = this.invocations.at(-1);
      if (last?.node !== node || !/^apt(-get)?$/.test(last.name)) return false;
      return last.args.some(({ value }) => value === "update");
    }
    // What `$( … )` gives is not known, and may have failed.
    return (node.name ? node.args : node.prefix).every(
      (each) => each.type === "Assignment" && typeof this.#variables.get(each.name) === "string",
    );
  }

  /** Of `nodes` one runs, or none. */
  #either(
    script: ShellScript,
    nodes: readonly SyntaxNode[],
    context: InvocationContext,
    inside: number,
  ): void {
    const inner = { ...context, conditional: true };
    this.#variables.branch(...nodes.map((node) => () => this.#visit(script, node, inner, inside)));
  }

  readonly #value: VariableLookup = (name) => {
    const own = this.#variables.get(name);
    return own === undefined ? this.#lookup(name) : own;
  };

  #command(script: ShellScript, node: Command, context: InvocationContext, nesting: number): void {
    const environment = this.#assignments(script, node, context, nesting);
    if (!node.name) {
      for (const [name, value] of environment) this.#variables.set(name, value);
      return;
    }
    const words: ShellWord[] = [];
    this.#substitutions(script, node.name, context, nesting);
    expandWord(script, node.name, this.#value, words);
    for (const arg of node.args) {
      if (arg.type === "Word") {
        this.#substitutions(script, arg, context, nesting);
        expandWord(script, arg, this.#value, words);
      } else words.push(this.#assignmentArgument(script, arg));
    }
    this.#program(script, node, words, environment, context);
  }

  /** What is set for the command alone: `VAR=x command`. */
  #assignments(
    script: ShellScript,
    node: Command,
    context: InvocationContext,
    nesting: number,
  ): ReadonlyMap<string, string | null> {
    if (node.prefix.length === 0) return noEnvironment;
    const environment = new Map<string, string | null>();
    for (const item of node.prefix) {
      if (item.type !== "Assignment") continue;
      const value = item.value.type === "Word" ? this.#single(script, item.value) : null;
      if (item.value.type === "Word") this.#substitutions(script, item.value, context, nesting);
      environment.set(item.name, item.append ? null : value);
    }
    return environment;
  }

  #program(
    script: ShellScript,
    node: Command,
    words: readonly ShellWord[],
    assigned: ReadonlyMap<string, string | null>,
    context: InvocationContext,
  ): void {
    if (words.length === 0) return;
    const { at, name, through, environment: set } = throughWrappers(words);
    const environment = set.size > 0 ? new Map([...assigned, ...set]) : assigned;
    const word = words[at]!;
    const args = words.slice(at + 1);
    if (declarations.has(name)) this.#declare(args);
    if (name === "read" || name === "unset")
      for (const arg of args) if (arg.value) this.#variables.set(arg.value, null);
    let end = word.span.end;
    for (const { span } of args) if (span.end > end) end = span.end;
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
    if (isShell(name)) this.#nested(script, node, args, context);
  }

  #nested(script: ShellScript, node: Command, args: readonly ShellWord[], context: InvocationContext): void {
    if (script.depth >= maximumDepth) {
      this.tooDeep = true;
      return;
    }
    const at = scriptArgument(args);
    const written = at === undefined ? undefined : args[at]!.written;
    const word = written && node.args.find(({ pos }) => pos === written.pos);
    if (word?.type === "Word") {
      this.script(parseNestedWord(script, word, this.#trees), context);
      return;
    }
    if (!readsScriptFromInput(args)) return;
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
  ): ShellWord {
    const value = arg.value.type === "Word" ? this.#single(script, arg.value) : null;
    const prefix = `${arg.name}${arg.append ? "+=" : "="}`;
    return {
      value: value === null ? null : prefix + value,
      prefix: prefix + (value ?? ""),
      suffix: value === null ? "" : prefix + value,
      span: script.source.spanOf(arg.pos, arg.end),
      written: arg,
      substituted: false,
    };
  }

  /** The value of a word that is not split, as on the right of an assignment. */
  #single(script: ShellScript, word: Word): string | null {
    const parts: ShellWord[] = [];
    expandWord(script, word, this.#value, parts);
    if (parts.some((part) => part.value === null)) return null;
    const value = parts.map((part) => part.value).join(" ");
    return value.length > longestValue ? null : value;
  }

  #substitutions(script: ShellScript, word: Word, context: InvocationContext, nesting: number): void {
    if (!word.parts) return;
    for (const part of word.parts) this.#substitutionsIn(script, part, context, nesting + 1);
  }

  #substitutionsIn(script: ShellScript, node: SyntaxNode, context: InvocationContext, depth: number): void {
    if (depth > maximumNesting) {
      this.tooDeep = true;
      return;
    }
    if (node.type === "CommandExpansion" || node.type === "ProcessSubstitution")
      this.#visit(script, node, context, depth + 1);
    else forEachChild(node, (child) => this.#substitutionsIn(script, child, context, depth + 1));
  }
}
