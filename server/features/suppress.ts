import { instructionOf, type SuppressibleText } from "../lint/suppressions.ts";
import type { Edit, Finding } from "../rules/rule.ts";

/** Inserts `# lab-images ignore=…` above the instruction that holds a finding, or adds to the one that is there. */
export function suppressionEdit(source: SuppressibleText, { code, span }: Finding): Edit {
  const { text, lines, lineEnd, commentMark = "#" } = source;
  const instruction = source.instructions.findLast(
    (each) => each.span.start <= span.start && each.span.end >= span.end,
  );
  for (const comment of source.comments) {
    const match = /^\s*lab-images\s+ignore=[^\s:]+/.exec(comment.text);
    if (!match || !instruction || comment.span.start > instruction.span.start) continue;
    if (instructionOf(source, comment) !== instruction) continue;
    const at = comment.span.end - comment.text.length + match[0].length;
    return { span: { start: at, end: at }, newText: `,${code}` };
  }
  const at = lines.lineStart(lines.lineAt(instruction?.span.start ?? span.start));
  const indent = /^[ \t]*/.exec(text.slice(at, at + 200))![0];
  return {
    span: { start: at, end: at },
    newText: `${indent}${commentMark} lab-images ignore=${code}${lineEnd}`,
  };
}
