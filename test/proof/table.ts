/** What became of one example. */
export interface Row {
  readonly rule: string;
  readonly example: string;
  before?: number;
  after?: number;
  /** Why there is a number missing, or what else is to be said. */
  note?: string;
}

const heads = ["rule", "example", "before", "after", "saved", ""];

function bytes(count: number | undefined): string {
  return count === undefined ? "" : count.toLocaleString("en");
}

/** The bytes in the layers on top of the base, before the fix and after it, as a Markdown table. */
export function proofTable(rows: readonly Row[]): string {
  const lines = rows.map(({ rule, example, before, after, note }) => {
    const saved = before === undefined || after === undefined ? undefined : before - after;
    return [rule, example, bytes(before), bytes(after), bytes(saved), note ?? ""];
  });
  const widths = heads.map((head, column) =>
    Math.max(head.length, 3, ...lines.map((cells) => (column < 5 ? (cells[column]?.length ?? 0) : 0))),
  );
  const isNumber = (column: number) => column >= 2 && column <= 4;
  const show = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) => (isNumber(at) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [show(heads), show(rule), ...lines.map(show)].join("\n");
}
