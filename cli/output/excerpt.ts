import type { LineIndex, Span } from "../../core/dockerfile/span.ts";
import { type Cell, cellsOf } from "../../engine/progress/cells.ts";

/** The line of a finding, and what stands below it to point at the words at fault. */
export interface Excerpt {
  /** From 1. */
  readonly lineNumber: number;
  readonly source: string;
  /** Spaces, then one `^` for each cell of the words. */
  readonly marks: string;
  /** The last line of a span that goes on below, from 1. */
  readonly lastLineNumber: number | undefined;
}

/** Neither is a Dockerfile's line: shown instead of what is cut off. */
const cut: Cell = { at: -1, end: -1, shown: "…", width: 1 };
/** More is not looked at around the span: a line of megabytes is shown as fast as any. */
const reach = 4000;

/** The first line of `span`, cut to `width` cells around it. */
export function excerptOf(text: string, lines: LineIndex, span: Span, width: number): Excerpt {
  const line = lines.lineAt(span.start);
  const lineStart = lines.lineStart(line);
  let lineEnd = lines.lineStart(line + 1);
  while (lineEnd > lineStart && /[\r\n]/.test(text[lineEnd - 1]!)) lineEnd--;
  const first = Math.min(span.start, lineEnd);
  const last = Math.min(Math.max(span.end, first), lineEnd);
  const from = Math.max(lineStart, first - reach);
  const to = Math.min(lineEnd, first + reach);
  const cells = cellsOf(text.slice(from, to));
  const view = cutAround(cells, { start: first - from, end: Math.min(last, to) - from }, width, {
    left: from > lineStart,
    right: to < lineEnd,
  });
  const lastLine = lines.lineAt(Math.max(span.start, span.end - 1));
  return {
    lineNumber: line + 1,
    source: view.cells
      .map(({ shown }) => shown)
      .join("")
      .trimEnd(),
    marks: marksOf(view.cells, view.span),
    lastLineNumber: lastLine > line ? lastLine + 1 : undefined,
  };
}

interface View {
  readonly cells: readonly Cell[];
  readonly span: Span;
}

function cutAround(
  cells: readonly Cell[],
  span: Span,
  width: number,
  hidden: { readonly left: boolean; readonly right: boolean },
): View {
  const total = widthOf(cells);
  if (total <= width && !hidden.left && !hidden.right) return { cells, span };
  const before = widthOf(cells.filter(({ at }) => at < span.start));
  const marked = Math.max(1, widthOf(cells.filter(({ at }) => at >= span.start && at < span.end)));
  // The words in the middle; of words that are too long themselves, the beginning.
  const room = width - 2;
  const margin = Math.max(0, Math.floor((room - marked) / 2));
  const from = Math.max(0, Math.min(before - margin, total - room));
  let column = 0;
  const kept: Cell[] = [];
  for (const cell of cells) {
    if (column >= from && column + cell.width <= from + room) kept.push(cell);
    column += cell.width;
  }
  const cutLeft = hidden.left || kept[0] !== cells[0];
  const cutRight = hidden.right || kept.at(-1) !== cells.at(-1);
  return { cells: [...(cutLeft ? [cut] : []), ...kept, ...(cutRight ? [cut] : [])], span };
}

function marksOf(cells: readonly Cell[], span: Span): string {
  let before = 0;
  let marked = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell === cut) {
      if (index === 0) before += cell.width;
      continue;
    }
    // Half a character marks the whole of it.
    if (cell.end <= span.start) before += cell.width;
    else if (cell.at < span.end) marked += cell.width;
  }
  return " ".repeat(before) + "^".repeat(Math.max(1, marked));
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}
