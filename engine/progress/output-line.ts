import { plainText } from "../plain-text.ts";

const colour = /(\u001b\[[\d;]*m)/;
const suspicious = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** A line that a build's command printed, as it may reach a terminal: its colours, and nothing else that is obeyed. */
export function outputLine(line: string, coloured: boolean): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (!suspicious.test(text)) return text;
  let hasColour = false;
  const shown = lastWritten(text)
    .split(colour)
    .map((part, index) => {
      if (index % 2 === 0) return plainText(part);
      hasColour = true;
      return coloured ? part : "";
    })
    .join("");
  return hasColour && coloured ? `${shown}\u001b[0m` : shown;
}

/** Of a line that was written over again and again, a progress bar, what is to be seen at the end. */
export function lastWritten(text: string): string {
  return text.includes("\r") ? (text.split("\r").findLast((part) => part.trim() !== "") ?? "") : text;
}
