import { type Range, TextEdit } from "vscode-languageserver";
import type { LineIndex, Span } from "../../core/dockerfile/span.ts";
import type { Edit } from "../rules/rule.ts";

export function toRange(lines: LineIndex, span: Span): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

export function toTextEdits(lines: LineIndex, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ span, newText }) => TextEdit.replace(toRange(lines, span), newText));
}
