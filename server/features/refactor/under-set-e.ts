import type { PipelineNode, Statement } from "unbash";

/**
 * Whether `set -e` ends the script where this command fails, as `&&` behind it does: not behind `!`, and not where the failure
 * may come from a `&&` or `!` inside braces, a loop or a condition (POSIX, the `set` utility, `-e`).
 */
export function failsUnderSetE(command: PipelineNode): boolean {
  switch (command.type) {
    case "Pipeline":
      return !command.prefixes.some(({ type }) => type === "Negation");
    case "Redirected":
      return failsUnderSetE(command.command);
    case "Command":
    case "Subshell":
    case "TestCommand":
    case "ArithmeticCommand":
      return true;
    default:
      return false;
  }
}

/** The same of a statement; of a list with `||`, where nobody is left to ask once its last command has failed. */
export function statementFailsUnderSetE({ command }: Statement): boolean {
  if (command.type !== "AndOr") return failsUnderSetE(command);
  const last = command.commands.at(-1);
  return command.operators.at(-1) === "||" && last !== undefined && failsUnderSetE(last);
}

/**
 * Whether a command does the same and ends with the same status under `set -e` as in a list, where a failure inside it stops
 * nothing: not one of several commands, which go on there and stop here. A subshell takes `set -e` with it.
 */
export function sameUnderSetE(command: PipelineNode | Statement["command"]): boolean {
  switch (command.type) {
    case "Command":
    case "TestCommand":
    case "ArithmeticCommand":
      return true;
    case "Pipeline":
    case "AndOr":
      return command.commands.every(sameUnderSetE);
    case "Redirected":
      return sameUnderSetE(command.command);
    case "Subshell": {
      const [only, more] = command.body.commands;
      return only !== undefined && !more && !only.background && sameUnderSetE(only.command);
    }
    default:
      return false;
  }
}
