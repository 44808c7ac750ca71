import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../core/dockerfile/instruction.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";
import type { Edit } from "../rules/rule.ts";
import { separatorAtEnd } from "./author-style.ts";

/**
 * Adds commands behind the last one of a RUN, in its author's style. They run when it succeeded, and the RUN still
 * fails when it failed. Undefined where that cannot be had: another interpreter, a program that exec form starts
 * without a shell, a last command in the background, shell that does not parse, a quoting that does not hold them.
 */
export function appendCommands(
  dockerfile: Dockerfile,
  run: RunInstruction,
  commands: readonly string[],
): Edit | undefined {
  const script = run.shell.main;
  if (!script || !parses(script)) return undefined;
  const last = script.tree.commands.at(-1);
  if (!last || last.background) return undefined;
  if (!commands.every((command) => fits(command, script))) return undefined;
  const at = script.source.toSourceEnd(last.command.end);
  const separator = separatorAtEnd(dockerfile, run, script).text;
  return { span: { start: at, end: at }, newText: commands.map((command) => separator + command).join("") };
}

/** Whether text can be put into a script as it is, given the quoting that the script stands in. */
export function fits(text: string, script: ShellScript): boolean {
  switch (script.embedding) {
    case "instruction":
    case "heredoc":
      return true;
    case "json":
      return !/["\\\n]/.test(text);
    case "double-quoted":
      return !/["\\$`\n]/.test(text);
    case "single-quoted":
      return !/['\n]/.test(text);
    case "mixed":
      return false;
  }
}

/** Whether the shell was understood to its end: no fix is built on a tree with errors. */
export function parses(script: ShellScript): boolean {
  const errors = "errors" in script.tree ? script.tree.errors : undefined;
  return !Array.isArray(errors) || errors.length === 0;
}
