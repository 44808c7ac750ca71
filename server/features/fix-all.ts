import { pathToFileURL } from "node:url";
import { calcSlices } from "fast-myers-diff";
import type { CheckedDocument } from "../checked-document.ts";
import { fixAll } from "../lint/fix-all.ts";
import type { FixAllResult, WireTextEdit } from "../protocol.ts";
import type { Edit } from "../rules/rule.ts";
import { toTextEdits } from "./to-lsp.ts";

/** Every automatic fix of a document, as edits of the lines that differ. */
export function fixAllOf({ version, source, check }: CheckedDocument): FixAllResult {
  const fixed = fixAll(source.text, check);
  const edits: WireTextEdit[] = toTextEdits(source.lines, changedLines(source.text, fixed.text));
  return {
    version,
    edits,
    otherFiles: fixed.otherFiles.map(({ path, before, after }) => ({
      uri: pathToFileURL(path).href,
      text: after,
      exists: before !== undefined,
    })),
    fixed: fixed.applied.length,
    remaining: fixed.remaining.length,
  };
}

/** The edits that turn `before` into `after`, in whole lines: what did not change keeps its cursors and folds. */
export function changedLines(before: string, after: string): Edit[] {
  if (before === after) return [];
  const old = splitLines(before);
  const edits: Edit[] = [];
  let at = 0;
  let pending: { start: number; end: number; newText: string } | undefined;
  for (const [kind, lines] of calcSlices(old, splitLines(after))) {
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
