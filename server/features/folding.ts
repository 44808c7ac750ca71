import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";

/** Whole stages, and what spans several lines: instructions, blocks of comments. */
export function foldingRanges(dockerfile: Dockerfile): FoldingRange[] {
  const { lines, stages, instructions, comments } = dockerfile;
  const ranges: FoldingRange[] = [];
  const add = (startLine: number, endLine: number, kind?: FoldingRangeKind) => {
    if (endLine > startLine) ranges.push({ startLine, endLine, ...(kind ? { kind } : {}) });
  };
  if (stages.length > 1)
    for (const { from, instructions: inside } of stages) {
      const last = inside.at(-1);
      if (from && last) add(lines.lineAt(from.span.start), lines.lineAt(last.span.end));
    }
  for (const { span } of instructions) add(lines.lineAt(span.start), lines.lineAt(span.end));
  let first: number | undefined;
  let last = -2;
  for (const { span } of comments) {
    const line = lines.lineAt(span.start);
    if (line !== last + 1) {
      if (first !== undefined) add(first, last, FoldingRangeKind.Comment);
      first = line;
    }
    last = line;
  }
  if (first !== undefined) add(first, last, FoldingRangeKind.Comment);
  return ranges;
}
