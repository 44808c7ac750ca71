import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { removeCommand } from "../../fixes/remove.ts";
import type { Edit } from "../rule.ts";

/** Removes words from a command with what stands in front of them; undefined where a comment would go with them. */
export function removeWords(
  dockerfile: Dockerfile,
  invocation: Invocation,
  words: readonly ShellWord[],
): Edit[] | undefined {
  if (!invocation.node) return undefined;
  const all = [invocation.word, ...invocation.args];
  const edits: Edit[] = [];
  for (const word of words) {
    const previous = all[all.indexOf(word) - 1];
    if (!previous) return undefined;
    const span = { start: previous.span.end, end: word.span.end };
    if (dockerfile.text.slice(span.start, span.end).includes("#")) return undefined;
    edits.push({ span, newText: "" });
  }
  return edits;
}

/** As `removeCommand`, but a RUN that holds a comment is not removed with it. */
export function removeWithoutComment(
  dockerfile: Dockerfile,
  run: RunInstruction,
  invocation: Invocation,
): Edit | undefined {
  const edit = removeCommand(dockerfile, run, invocation);
  return edit && !/(^|\s)#/.test(dockerfile.text.slice(edit.span.start, edit.span.end)) ? edit : undefined;
}
