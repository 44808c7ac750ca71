import {
  instructionOf,
  type SuppressibleText,
  suppressionComment,
  unusedSuppression,
} from "../lint/suppressions.ts";
import { unreadCode } from "../lint/unread.ts";
import type { Edit, Finding } from "../rules/rule.ts";

/** Whether a comment can suppress findings of a code: that something is not checked is always said. */
export function canSuppress(code: string): boolean {
  return code !== unreadCode && code !== unusedSuppression;
}

/** Inserts `# lab-images ignore=…` above the instruction that holds a finding, or adds to the one that is there. */
export function suppressionEdit(source: SuppressibleText, { code, span }: Finding): Edit {
  const { text, lines, lineEnd, commentMark = "#" } = source;
  const instruction = source.instructions.findLast(
    (each) => each.span.start <= span.start && each.span.end >= span.end,
  );
  for (const comment of source.comments) {
    if (!instruction || comment.span.start > instruction.span.start) continue;
    const written = suppressionComment(comment);
    const last = written?.kind === "ignore" && written.codes.at(-1);
    if (!last) continue;
    if (instructionOf(source, comment) !== instruction) continue;
    const at = last.span.end;
    return { span: { start: at, end: at }, newText: `,${code}` };
  }
  const at = lines.lineStart(lines.lineAt(instruction?.span.start ?? span.start));
  const indent = /^[ \t]*/.exec(text.slice(at, at + 200))![0];
  return {
    span: { start: at, end: at },
    newText: `${indent}${commentMark} lab-images ignore=${code}${lineEnd}`,
  };
}
