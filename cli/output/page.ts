import { printable } from "../../engine/progress/cells.ts";
import { docsUrl } from "../../server/rules/docs-url.ts";
import { hasFix, type KnownRule, type PagePart, rulePage } from "../../server/rules/rule-page.ts";
import type { Terminal } from "../terminal.ts";
import { type Paint, painter, styles } from "./paint.ts";

/** Longer lines are hard to read, however wide the window is. */
const widest = 100;

/** A rule's page for a reader at a terminal: the same as in the docs, without their markup. */
export function pageOutput(known: KnownRule, terminal: Pick<Terminal, "colour" | "width">): string {
  const paint = painter(terminal.colour);
  const width = Math.min(terminal.width, widest);
  const parts = [
    paint(styles.bold, known.rule.code),
    ...rulePage(known).map((part) => partOutput(part, width, paint)),
    paint(styles.dim, docsUrl(known.rule.code)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Every rule in a line: its code, severity and what it finds. */
export function ruleList(rules: readonly KnownRule[]): string {
  const width = Math.max(...rules.map(({ rule }) => rule.code.length));
  const rows = rules.map(({ rule }) => {
    const severity = `${rule.severity}${hasFix(rule) ? ", fix" : ""}`;
    return `${rule.code.padEnd(width)}  ${severity.padEnd("warning, fix".length)}  ${rule.summary}\n`;
  });
  return rows.join("");
}

function partOutput(part: PagePart, width: number, paint: Paint): string {
  switch (part.kind) {
    case "heading":
      return paint(styles.bold, capitalized(part.text));
    case "paragraph":
      return wrap(part.text.replaceAll("**", ""), width);
    case "code":
      return part.text
        .split("\n")
        .map((line) => (line === "" ? "" : `    ${printable(line.replaceAll("\t", "    "))}`))
        .join("\n");
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Breaks a paragraph between words; one that is longer than a line has a line of its own. */
function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
