import { calcSlices } from "fast-myers-diff";
import type { LineIndex, Span } from "../../core/dockerfile/span.ts";
import type { CheckedDocument } from "../checked-document.ts";
import { applyEdits } from "../lint/edits.ts";
import { fixAll } from "../lint/fix-all.ts";
import type { FixAllResult, WireTextEdit } from "../protocol.ts";
import type { Edit } from "../rules/rule.ts";
import { fileChange } from "./file-change.ts";
import { toTextEdits } from "./to-lsp.ts";

/** Every automatic fix of a document, as edits of the lines that differ. */
export function fixAllOf({ version, source, check }: CheckedDocument): FixAllResult {
  const fixed = fixAll(source.text, check);
  const edits: WireTextEdit[] = toTextEdits(source.lines, changedLines(source, fixed.edits));
  return {
    version,
    edits,
    otherFiles: fixed.otherFiles.map(fileChange),
    fixed: fixed.applied.length,
    remaining: fixed.remaining.length,
  };
}

/** Edits in whole lines, and of those only what differs: what does not change keeps its cursors and folds. */
export function changedLines(
  { text, lines }: { readonly text: string; readonly lines: LineIndex },
  edits: readonly Edit[],
): Edit[] {
  const changed: Edit[] = [];
  for (const { start, end, inside } of groupedByLines(lines, edits)) {
    const after = applyEdits(text, inside, start, end);
    for (const edit of differences(text.slice(start, end), after, start)) {
      const last = changed.at(-1);
      // Two that meet are one.
      if (last?.span.end === edit.span.start)
        changed[changed.length - 1] = {
          span: { start: last.span.start, end: edit.span.end },
          newText: last.newText + edit.newText,
        };
      else changed.push(edit);
    }
  }
  return changed;
}

interface EditedLines extends Span {
  readonly inside: readonly Edit[];
}

/** The lines that each edit changes; edits that share a line together. */
function groupedByLines(lines: LineIndex, edits: readonly Edit[]): EditedLines[] {
  const groups: { start: number; end: number; inside: Edit[] }[] = [];
  for (const edit of edits) {
    const start = lines.lineStart(lines.lineAt(edit.span.start));
    const lastLine = lines.lineAt(edit.span.end);
    // What ends where a line begins, and leaves whole lines in front of it, leaves that line as it is.
    const leavesLines = edit.newText === "" ? edit.span.start === start : edit.newText.endsWith("\n");
    const whole = lines.lineStart(lastLine) === edit.span.end && leavesLines;
    const end = whole ? edit.span.end : lines.lineStart(lastLine + 1);
    const group = groups.at(-1);
    if (group && start < group.end) {
      group.inside.push(edit);
      group.end = Math.max(group.end, end);
    } else groups.push({ start, end, inside: [edit] });
  }
  return groups;
}

/** More lines than these (before and after together) are not compared: that takes the square of their number. */
const maximumCompared = 2_000;

function differences(before: string, after: string, start: number): Edit[] {
  if (before === after) return [];
  const old = splitLines(before);
  const fresh = splitLines(after);
  if (old.length + fresh.length > maximumCompared)
    return [{ span: { start, end: start + before.length }, newText: after }];
  const edits: Edit[] = [];
  let at = start;
  let pending: { start: number; end: number; newText: string } | undefined;
  for (const [kind, lines] of calcSlices(old, fresh)) {
    const text = (lines as string[]).join("");
    if (kind === 0) {
      if (pending) edits.push({ span: { start: pending.start, end: pending.end }, newText: pending.newText });
      pending = undefined;
      at += text.length;
      continue;
    }
    pending ??= { start: at, end: at, newText: "" };
    if (kind === -1) {
      at += text.length;
      pending.end = at;
    } else pending.newText += text;
  }
  if (pending) edits.push({ span: { start: pending.start, end: pending.end }, newText: pending.newText });
  return edits;
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
