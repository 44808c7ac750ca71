import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";

/** A call of `rm`, its words sorted. */
export interface RmCall {
  readonly invocation: Invocation;
  /** `-r`, `-R`, `--recursive`, alone or together with others. */
  readonly recursive: boolean;
  readonly force: boolean;
  readonly options: readonly ShellWord[];
  /** What it removes, in order; values may hold patterns. */
  readonly paths: readonly ShellWord[];
  /** Whether it may remove more than {@link paths}: it stands behind `xargs`, or a word is not known. */
  readonly open: boolean;
}

/** Reads an invocation as a call of `rm`; undefined for any other program. */
export function rmCall(invocation: Invocation): RmCall | undefined {
  if (invocation.name !== "rm") return undefined;
  const options: ShellWord[] = [];
  const paths: ShellWord[] = [];
  let recursive = false;
  let force = false;
  let open = invocation.through.includes("xargs");
  let endOfOptions = false;
  for (const word of invocation.args) {
    const text = word.value ?? word.prefix;
    if (mayHideOptions(word)) open = true;
    if (endOfOptions || !text.startsWith("-") || text === "-") {
      paths.push(word);
      continue;
    }
    if (text === "--") {
      endOfOptions = true;
      continue;
    }
    options.push(word);
    // GNU takes any unambiguous beginning of a long option.
    recursive ||= text.startsWith("--") ? "--recursive".startsWith(text) : /[rR]/.test(text);
    force ||= text.startsWith("--") ? "--force".startsWith(text) : text.includes("f");
  }
  return { invocation, recursive, force, options, paths, open };
}
