import { rmCall } from "../../../core/commands/rm.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { removeInstruction } from "../../fixes/remove.ts";
import type { Edit } from "../rule.ts";
import { removeWithoutComment, removeWords } from "./remove-words.ts";

/** Takes `words` out of a clean-up: some of the paths of an `rm`, or the whole command. */
export function removeCleanup(
  dockerfile: Dockerfile,
  run: RunInstruction,
  invocation: Invocation,
  words: readonly ShellWord[],
): Edit[] | undefined {
  if (!isWhole(invocation, words)) return removeWords(dockerfile, invocation, words);
  const edit = removeWithoutComment(dockerfile, run, invocation);
  return edit && [edit];
}

/** As {@link removeCleanup} for several commands of one RUN, as many as can go at once. */
export function removeCleanups(
  dockerfile: Dockerfile,
  run: RunInstruction,
  commands: readonly { readonly invocation: Invocation; readonly words: readonly ShellWord[] }[],
): Edit[] {
  const everything =
    commands.length > 1 &&
    commands.length === run.shell.invocations.length &&
    commands.every(
      ({ invocation, words }) => invocation.script === run.shell.main && isWhole(invocation, words),
    );
  if (everything) {
    const edit = removeInstruction(dockerfile, run);
    return /(^|\s)#/.test(dockerfile.text.slice(edit.span.start, edit.span.end)) ? [] : [edit];
  }
  const edits: Edit[] = [];
  for (const { invocation, words } of commands) {
    const own = removeCleanup(dockerfile, run, invocation, words) ?? [];
    const met = edits.filter((each) => own.some((one) => meet(each, one)));
    const [previous] = met;
    if (!previous) edits.push(...own);
    else if (met.length === 1 && own.length === 1 && isWhole(invocation, words)) {
      const both = removedTogether(dockerfile.text, previous, own[0]!);
      if (both) edits.splice(edits.indexOf(previous), 1, both);
    }
  }
  return edits;
}

function meet({ span: a }: Edit, { span: b }: Edit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** What joins a command to the next one, over the end of the line. */
const joint = /^(?:[ \t]|[\\`]\r?\n)*(?:&&|;)(?:[ \t]|[\\`]\r?\n)*/;

/** Takes two neighbouring commands away in one edit: with what joins them to the command in front, or behind. */
function removedTogether(text: string, { span: first }: Edit, { span: second }: Edit): Edit | undefined {
  if (first.end === second.start) return { span: { start: first.start, end: second.end }, newText: "" };
  // The first of its list reached to the second one's start.
  const next = joint.exec(text.slice(second.end));
  return next ? { span: { start: first.start, end: second.end + next[0].length }, newText: "" } : undefined;
}

function isWhole(invocation: Invocation, words: readonly ShellWord[]): boolean {
  return (rmCall(invocation)?.paths ?? []).every((path) => words.includes(path));
}
