import { knownTime } from "../../engine/images/known-time.ts";
import { shortDigest } from "../../engine/images/short-digest.ts";
import { printable } from "../../engine/progress/cells.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { failureSentence } from "../failure-sentence.ts";
import { type Paint, styles } from "../output/paint.ts";
import type { Listed } from "./list-repositories.ts";

const nothing = "-";

type Tag = NonNullable<Listed["tags"]>[number];

/** A repository and its tags: a line a tag, in columns where they were looked into. */
export function listingText({ repository, tags }: Listed, paint: Paint): string {
  const title = paint(styles.bold, printable(repository));
  if (!tags) return `${title}: not in the registry\n`;
  if (tags.length === 0) return `${title}: no tags\n`;
  const rows = tags.map(rowOf);
  const widths = rows.reduce<number[]>(
    (widest, { cells }) => cells.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  const lines = rows.map(({ cells, more }) => {
    const padded = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${[...padded, ...more].join("  ").trimEnd()}\n`;
  });
  return `${title}\n${lines.join("")}`;
}

/** The cells that are aligned, and what follows them. */
function rowOf(tag: Tag): { readonly cells: readonly string[]; readonly more: readonly string[] } {
  const name = printable(tag.tag);
  if ("failure" in tag) return { cells: [name], more: [failureSentence(tag.failure).replaceAll("\n", " ")] };
  if (!("digest" in tag)) return { cells: [name], more: [] };
  const { digest, size, pushed, created, platforms, cuda } = tag;
  const time = knownTime(Date.parse(pushed ?? created ?? ""));
  const cells = [
    name,
    shortDigest(digest),
    bytesText(size),
    time === undefined ? nothing : new Date(time).toISOString().slice(0, 10),
    platforms.map(printable).join(","),
  ];
  return { cells, more: [cuda === undefined ? nothing : `CUDA ${printable(cuda)}`] };
}
