import type { Position, SelectionRange } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { instructionAt } from "../../core/dockerfile/instruction-at.ts";
import type { Span } from "../../core/dockerfile/span.ts";
import { toRange } from "./to-lsp.ts";

/** What a growing selection takes: word, command, instruction, stage, file. */
export function selectionRange(dockerfile: Dockerfile, position: Position): SelectionRange {
  const { text, lines } = dockerfile;
  const offset = lines.offsetAt(position);
  const spans: Span[] = [{ start: 0, end: text.length }];
  const instruction = instructionAt(dockerfile, offset);
  const stage = instruction?.stage;
  if (stage) {
    const [first, last] = [stage.instructions[0], stage.instructions.at(-1)];
    if (first && last) spans.push({ start: first.span.start, end: last.span.end });
  }
  if (instruction) spans.push(instruction.span);
  if (instruction?.kind === "RUN") for (const { span } of instruction.shell.invocations) spans.push(span);
  let [start, end] = [offset, offset];
  while (start > 0 && /\S/.test(text[start - 1]!)) start--;
  while (end < text.length && /\S/.test(text[end]!)) end++;
  spans.push({ start, end });
  const around = spans
    .filter((span) => span.start <= offset && offset <= span.end && span.start < span.end)
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  let selection: SelectionRange = { range: { start: position, end: position } };
  let outer: SelectionRange | undefined;
  let last: Span | undefined;
  for (const span of around) {
    // Each step has to lie within the one before.
    if (last && (span.start < last.start || span.end > last.end)) continue;
    if (last && span.start === last.start && span.end === last.end) continue;
    selection = { range: toRange(lines, span), ...(outer ? { parent: outer } : {}) };
    outer = selection;
    last = span;
  }
  return selection;
}
