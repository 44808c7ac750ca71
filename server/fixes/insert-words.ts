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
