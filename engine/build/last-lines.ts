import { plainText } from "../plain-text.ts";
import { lastWritten } from "../progress/output-line.ts";

const maximumLines = 20;
/** Characters; more of one line tells a reader nothing. */
const longestLine = 1000;
/** Characters that are kept: enough for the lines with their colours. */
const kept = 32_768;

/** The last lines that a step printed, in little memory however much it prints. */
export class LastLines {
  #text = "";

  add(text: string): void {
    this.#text += text;
    if (this.#text.length > 2 * kept) this.#text = this.#text.slice(-kept);
  }

  /** Without ANSI codes and control characters; of a line that was written over (a progress bar), what is to be seen at the end. */
  get lines(): string[] {
    const lines = this.#text.slice(-kept).split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines
      .slice(-maximumLines)
      .map((line) => plainText(lastWritten(line)).trimEnd().slice(0, longestLine));
  }
}
