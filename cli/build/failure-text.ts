import type { BuildFailure, LineRange } from "../../engine/build/build-event.ts";
import { printable } from "../../engine/progress/cells.ts";
import { oneLine } from "../../engine/progress/one-line.ts";
import { failureSentence } from "../failure-sentence.ts";
import { painter } from "../output/paint.ts";

const red = "31";
const around = 2;
/** More lines of one instruction are left out in its middle. */
const longestExcerpt = 30;

/** A failed build for a reader at a terminal: the step's last lines, the Dockerfile around it, the cause, what to do. */
export function failureText(
  failure: BuildFailure,
  dockerfile: { readonly shown: string; readonly text: string },
  colour: boolean,
): string {
  const paint = painter(colour);
  const step = failure.steps.find(({ id }) => id === failure.step);
  let text = "";
  if (failure.output.length > 0 && step)
    text += `------\n > ${printable(oneLine(step.name))}:\n${failure.output.map((line) => `${printable(line)}\n`).join("")}------\n`;
  if (failure.lines) {
    // As lint and compilers have it, so that what reads their output finds the place.
    const what = oneLine(failure.what).replace(/ \(Dockerfile line \d+\)$/, "");
    const head = `${dockerfile.shown}:${failure.lines.start}: error: ${what}`;
    text += excerpt(dockerfile.text, failure.lines, printable(head));
  }
  return `${text}${paint(red, "ERROR:")} ${failureSentence(failure)}\n`;
}

function excerpt(text: string, { start, end }: LineRange, head: string): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, start - around);
  const last = Math.min(lines.length, end + around);
  const margin = Math.max(4, String(last).length + 1);
  let body = "";
  for (let number = first; number <= last; number++) {
    if (last - first >= longestExcerpt && number === first + longestExcerpt - around - 1) {
      body += `${" ".repeat(margin)} | … to line ${end}\n`;
      break;
    }
    const mark = number >= start && number <= end ? ">>>" : "   ";
    const source = printable((lines[number - 1] ?? "").replaceAll("\t", "    "));
    body += `${String(number).padStart(margin)} | ${mark} ${source}`.trimEnd();
    body += "\n";
  }
  const rule = "--------------------\n";
  return `${head}\n${rule}${body}${rule}`;
}
