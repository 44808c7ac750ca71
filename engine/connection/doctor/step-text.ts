import { type DoctorStep, stepTitles } from "./doctor-step.ts";

/** How the parts of a step look where they are shown. */
export interface StepLook {
  /** The padded word for the state. */
  readonly state: (word: string, state: DoctorStep["state"]) => string;
  readonly text: (text: string) => string;
  /** A line that the other side said. */
  readonly said: (line: string) => string;
}

const widest = Math.max(...Object.values(stepTitles).map((title) => title.length));
const words = { ok: "ok", warn: "warn", fail: "FAIL", skipped: "-" } as const;
const indent = " ".repeat(4 + 2 + widest + 2);
const same = (text: string) => text;
const plain: StepLook = { state: same, text: same, said: same };

/** A step as lines: its state in a word, what was found, what the other side said, what to do. */
export function stepText({ state, title, what, said, next }: DoctorStep, look: StepLook = plain): string {
  const lines = [`${look.state(words[state].padEnd(4), state)}  ${title.padEnd(widest)}  ${look.text(what)}`];
  for (const line of said?.split("\n") ?? []) lines.push(indent + look.said(line));
  if (next !== undefined) lines.push(`${indent}${look.text(next)}.`);
  return lines.join("\n");
}
