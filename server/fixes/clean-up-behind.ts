import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";
import type { ShellScript } from "../../core/dockerfile/shell/shell-script.ts";
import type { Edit } from "../rules/rule.ts";
import { appendCommands, fits, parses } from "./append-commands.ts";
import { endsScript } from "./ends-script.ts";
import { insertCommandBehind, runsAlways } from "./insert-behind.ts";

/**
 * Adds a tool's own clean-up to a RUN in which `calls` leave something: at the script's end where the tool is sure to
 * be there; directly behind the only call where that is in a branch or a subshell, in which the tool may be found on a
 * path of its own; directly behind the last call where a later command may end the script. `isSameAtEnd` says whether a call's program is still the same at the end, `commandOf` what cleans
 * up behind it.
 */
export function cleanUpBehind<T extends { readonly invocation: Invocation }>(
  dockerfile: Dockerfile,
  run: RunInstruction,
  calls: readonly T[],
  isSameAtEnd: (call: T) => boolean,
  commandOf: (call: T) => string | undefined,
): Edit | undefined {
  const { main, invocations } = run.shell;
  const last = calls.at(-1)!;
  const { script } = last.invocation;
  const behind = invocations.slice(invocations.indexOf(last.invocation));
  if (behind.some(endsScript)) {
    const isLast = calls.length === 1 || (runsAlways(script, last.invocation) && isSameAtEnd(last));
    const command = isLast && !endsScript(last.invocation) ? commandOf(last) : undefined;
    return command === undefined ? undefined : insertCommandBehind(last.invocation, command);
  }
  const sureIn = (scope: ShellScript | undefined) =>
    scope && calls.findLast((call) => runsAlways(scope, call.invocation) && isSameAtEnd(call));
  const call = sureIn(main);
  if (call) {
    const command = commandOf(call);
    return command === undefined ? undefined : appendCommands(dockerfile, run, [command]);
  }
  const nested = calls.every(({ invocation }) => invocation.script === script) ? sureIn(script) : undefined;
  const command = nested && commandOf(nested);
  if (command !== undefined) return appendToNested(script, command);
  const only = calls.length === 1 ? commandOf(calls[0]!) : undefined;
  return only === undefined ? undefined : insertCommandBehind(calls[0]!.invocation, only);
}

function appendToNested(script: ShellScript, command: string): Edit | undefined {
  const last = script.tree.commands.at(-1);
  if (!last || last.background || !parses(script) || !fits(command, script)) return undefined;
  const at = script.source.toSourceEnd(last.command.end);
  return { span: { start: at, end: at }, newText: ` && ${command}` };
}
