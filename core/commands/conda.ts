import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { ShellWord } from "../dockerfile/shell/shell-word.ts";
import type { Span } from "../dockerfile/span.ts";

export type CondaTool = "conda" | "mamba" | "micromamba";

/** A call of conda, mamba or micromamba, its words sorted. */
export interface CondaCall {
  readonly invocation: Invocation;
  readonly tool: CondaTool;
  /** `install`, `clean`, `env create` …; undefined when none is given or it is not known. */
  readonly command: string | undefined;
  /** From the program to the last word of the command's name. */
  readonly span: Span;
  /** Options in order as written, wherever they stand; values that follow in a word of their own left out. */
  readonly options: readonly ShellWord[];
  /** Packages, files, and the values of options that are not told apart from them. */
  readonly targets: readonly ShellWord[];
}

/** micromamba's options in front of the command that take the next word. */
const globalWithValue = new Set([
  "--log-level",
  "--name",
  "--prefix",
  "--rc-file",
  "--relocate-prefix",
  "--root-prefix",
  "-n",
  "-p",
  "-r",
]);

/** Reads an invocation as a call of conda or of one of its likes; undefined for any other program. */
export function condaCall(invocation: Invocation): CondaCall | undefined {
  const tool = invocation.name;
  if (tool !== "conda" && tool !== "mamba" && tool !== "micromamba") return undefined;
  const options: ShellWord[] = [];
  const targets: ShellWord[] = [];
  const name: ShellWord[] = [];
  const { args } = invocation;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (text.startsWith("-") && text.length > 1) {
      options.push(word);
      if (name.length === 0 && globalWithValue.has(text)) at++;
    } else if (name.length === 0 || (name.length === 1 && name[0]!.value === "env")) name.push(word);
    else targets.push(word);
  }
  const known = name.every(({ value }) => value !== null) && name.length > 0;
  const end = name.at(-1)?.span.end ?? invocation.word.span.end;
  return {
    invocation,
    tool,
    command: known ? name.map(({ value }) => value).join(" ") : undefined,
    span: { start: invocation.word.span.start, end: Math.max(end, invocation.word.span.end) },
    options,
    targets,
  };
}

/** Whether one of the options is one of `names` (`--dry-run`, `-d`), with or without a value behind `=`. */
export function hasCondaOption(call: CondaCall, ...names: readonly string[]): boolean {
  return call.options.some(({ value, prefix }) => names.includes((value ?? prefix).replace(/=.*$/s, "")));
}
