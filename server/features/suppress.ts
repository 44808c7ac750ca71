import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { instructionAt } from "../../core/dockerfile/instruction-at.ts";
import type { Edit, Finding } from "../rules/rule.ts";

/** Inserts `# lab-images ignore=…` above the instruction that holds a finding, or adds to the one that is there. */
export function suppressionEdit(dockerfile: Dockerfile, finding: Finding): Edit {
  const instruction = instructionAt(dockerfile, finding.span.start);
  for (const comment of instruction?.commentsAbove ?? []) {
    const match = /^\s*lab-images\s+ignore=[^\s:]+/.exec(comment.text);
    if (!match) continue;
    const at = comment.span.start + 1 + match[0].length;
    return { span: { start: at, end: at }, newText: `,${finding.code}` };
  }
  const { lines, text, lineEnd } = dockerfile;
  const at = lines.lineStart(lines.lineAt(instruction?.span.start ?? finding.span.start));
  const indent = /^[ \t]*/.exec(text.slice(at, at + 200))![0];
  return { span: { start: at, end: at }, newText: `${indent}# lab-images ignore=${finding.code}${lineEnd}` };
}
