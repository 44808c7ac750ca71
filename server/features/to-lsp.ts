import { type Range, TextEdit } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Span } from "../../core/dockerfile/span.ts";
import type { Edit } from "../rules/rule.ts";

export function toRange(dockerfile: Dockerfile, span: Span): Range {
  return { start: dockerfile.lines.positionAt(span.start), end: dockerfile.lines.positionAt(span.end) };
}

export function toTextEdits(dockerfile: Dockerfile, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ span, newText }) => TextEdit.replace(toRange(dockerfile, span), newText));
}
