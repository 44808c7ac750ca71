import type { Span } from "../dockerfile/span.ts";
import type { BuildScript } from "./build-script.ts";

/** A place from where the shell cannot read a script. */
export interface ScriptFault {
  /** Empty at the end of the file. */
  readonly span: Span;
  /** What is wrong and what to write, without a full stop. */
  readonly message: string;
}

/** The places where the shell cannot read a script, in order. */
export function scriptFaults({
  scripts: [script],
  text,
}: Pick<BuildScript, "scripts" | "text">): ScriptFault[] {
  return (script?.tree.errors ?? []).map(({ message, pos }) => ({
    span: { start: pos, end: Math.min(text.length, pos + 1) },
    message: faultText(message),
  }));
}

/** In our words, for what authors mostly forget. */
function faultText(message: string): string {
  const quote = /^unterminated (double|single) quote$/.exec(message)?.[1];
  if (quote !== undefined)
    return `The quote that begins here has no end: write ${quote === "double" ? '"' : "'"} where the text ends`;
  const [, end, start] = /^expected '(.+)' to close '?([^']+)'?$/.exec(message) ?? [];
  if (end !== undefined) return `The ${start} above has no end: write ${end} behind its last command`;
  const token = /^unexpected token '(.+)'$/.exec(message)?.[1];
  if (token !== undefined)
    return `${token} ends nothing that begins above: take it out, or write what it ends`;
  return `The shell cannot read on from here (${message}): correct it`;
}
