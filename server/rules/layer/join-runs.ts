import { commentsIn } from "../../../core/dockerfile/comments-in.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellScript } from "../../../core/dockerfile/shell/shell-script.ts";
import { parses } from "../../fixes/append-commands.ts";
import { separatorAtEnd } from "../../fixes/author-style.ts";
import type { Edit } from "../rule.ts";

/**
 * Makes one RUN of two that follow each other directly, in the first one's style; comments between them stay between
 * their commands. Undefined where the second would run otherwise than it does now, or a failure would be hidden.
 */
export function joinRuns(
  dockerfile: Dockerfile,
  first: RunInstruction,
  second: RunInstruction,
): Edit | undefined {
  if (second.index !== first.index + 1 || first.stage !== second.stage) return undefined;
  if (first.onbuild || second.onbuild || first.flags.length > 0 || second.flags.length > 0) return undefined;
  const before = plainScript(first);
  const behind = plainScript(second);
  if (!before || !behind || !isList(behind) || changesShell(first, behind)) return undefined;
  const start = before.source.toSourceEnd(before.tree.commands.at(-1)!.command.end);
  const end = behind.source.toSource(behind.tree.commands[0]!.pos);
  // A comment of the shell's own would swallow what is joined to it.
  if (!/^[\s;\\`]*$/.test(dockerfile.text.slice(start, first.span.end))) return undefined;
  const separator = separatorAtEnd(dockerfile, first, before).text;
  return { span: { start, end }, newText: withComments(dockerfile, first, second, separator) };
}

/** The script of a RUN that is a plain list of commands; undefined for any other form, and where one goes on in the background. */
export function plainScript(run: RunInstruction): ShellScript | undefined {
  const script = run.shell.main;
  if (run.form !== "shell" || script?.embedding !== "instruction" || !parses(script)) return undefined;
  const { commands } = script.tree;
  return commands.length > 0 && !commands.some(({ background }) => background) ? script : undefined;
}

/** Whether the script is one command, or several that each need the one before. */
export function isList({ tree }: ShellScript): boolean {
  const command = tree.commands[0]!.command;
  if (tree.commands.length > 1) return false;
  return command.type !== "AndOr" || command.operators.every((operator) => operator === "&&");
}

const lasting = new Set([
  "cd",
  "pushd",
  "popd",
  "exit",
  "exec",
  "return",
  "trap",
  "source",
  ".",
  "umask",
  "su",
  "newgrp",
  "eval",
  "shopt",
  "setopt",
  "ulimit",
  "alias",
]);

/** Whether the first RUN leaves its shell in a state in which the second's commands mean something else. */
function changesShell(first: RunInstruction, behind: ShellScript): boolean {
  const text = first.shell.main?.source.text ?? "";
  return reliesOn(first.shell.invocations, text, behind.source.text);
}

/** Whether commands, run in the same shell, leave it in a state in which those in `behind` mean something else. */
export function reliesOn(invocations: readonly Invocation[], before: string, behind: string): boolean {
  for (const { name, args, through, context } of invocations) {
    if (!context.subshell && (lasting.has(name) || through.includes("exec"))) return true;
    if (args[0]?.value === "activate" || (name === "set" && setChanges(args, behind))) return true;
  }
  if (/\w[ \t]*\([ \t]*\)\s*[{(]|(?:^|[\s;&|])function[ \t]/.test(before)) return true;
  const set = new Set<string>();
  for (const match of before.matchAll(/(?:^|[\s;&|(])([A-Za-z_]\w*)\+?=/g)) set.add(match[1]!);
  return [...behind.matchAll(/\$\{?([A-Za-z_]\w*)/g)].some((match) => set.has(match[1]!));
}

/** Whether commands run otherwise behind this `set`; what it says of failures counts for a list all the same. */
function setChanges(args: Invocation["args"], behind: string): boolean {
  const pipes = /(?<!\|)\|(?!\|)/.test(behind);
  const expands = behind.includes("$");
  const changes: Readonly<Record<string, boolean>> = {
    e: false,
    errexit: false,
    x: false,
    xtrace: false,
    u: expands,
    nounset: expands,
    pipefail: pipes,
  };
  const words = args.map(({ value }) => value);
  return words.some((word, index) => {
    if (word === null) return true;
    if (/^-[a-z]*o$/.test(words[index - 1] ?? "")) return changes[word] ?? true;
    const letters = /^-([a-z]+)$/.exec(word)?.[1];
    return letters === undefined || [...letters.replace(/o$/, "")].some((letter) => changes[letter] ?? true);
  });
}

function withComments(
  dockerfile: Dockerfile,
  first: RunInstruction,
  second: RunInstruction,
  separator: string,
): string {
  const { escape, lineEnd, lines, text } = dockerfile;
  const between = commentsIn(dockerfile.comments, { start: first.span.end, end: second.span.start });
  if (between.length === 0) return separator;
  const comments = between.map(
    ({ span }) => text.slice(lines.lineStart(lines.lineAt(span.start)), span.end) + lineEnd,
  );
  const at = separator.indexOf(lineEnd);
  if (at < 0)
    return `${separator.startsWith(";") ? ";" : ""} ${escape}${lineEnd}${comments.join("")}    ${separator.replace(/^[ ;]+/, "")}`;
  const behind = at + lineEnd.length;
  return separator.slice(0, behind) + comments.join("") + separator.slice(behind);
}
