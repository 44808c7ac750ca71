import type { Invocation } from "../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../core/dockerfile/shell/shell-word.ts";
import type { Edit } from "../rules/rule.ts";
import { fits } from "./append-commands.ts";

/**
 * Inserts words behind `after` (a word of the invocation): ` -y` in a shell, `, "-y"` in exec form.
 * Undefined where the quoting around the script cannot hold them.
 */
export function insertWords(
  invocation: Invocation,
  after: ShellWord,
  words: readonly string[],
): Edit | undefined {
  const at = after.span.end;
  const span = { start: at, end: at };
  if (!invocation.node) {
    return { span, newText: words.map((word) => `, ${JSON.stringify(word)}`).join("") };
  }
  const newText = words.map((word) => ` ${word}`).join("");
  return fits(newText, invocation.script) ? { span, newText } : undefined;
}

/** Inserts a command and ` && ` in front of an invocation (and of the `sudo` it is called through). */
export function insertCommandBefore(invocation: Invocation, command: string): Edit | undefined {
  const { node, script } = invocation;
  if (!node) return undefined;
  const newText = `${command} && `;
  if (!fits(newText, script)) return undefined;
  const at = script.source.toSource(node.pos);
  return { span: { start: at, end: at }, newText };
}
