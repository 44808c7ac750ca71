import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";

/** A call of a program with subcommands (`conda install …`, `npm ci`), its words sorted without knowing them all. */
export interface ToolCall {
  readonly invocation: Invocation;
  /** The first words that are no options: `["cache", "clean"]`, `["install", "numpy"]`. */
  readonly words: readonly ShellWord[];
  /** Options by their text in front of `=`, with their value where one is known. */
  readonly options: ReadonlyMap<string, string>;
  /** Whether a word that cannot be known here may hold further options. */
  readonly open: boolean;
}

/** Sorts an invocation's words; `withValue` are the options that take the next word. */
export function toolCall(invocation: Invocation, withValue: ReadonlySet<string> = new Set()): ToolCall {
  const words: ShellWord[] = [];
  const options = new Map<string, string>();
  let open = invocation.through.includes("xargs");
  const { args } = invocation;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (mayHideOptions(word)) open = true;
    if (!text.startsWith("-") || text.length === 1) {
      words.push(word);
      continue;
    }
    const equals = text.indexOf("=");
    if (equals > 0) options.set(text.slice(0, equals), text.slice(equals + 1));
    else if (withValue.has(text)) options.set(text, args[++at]?.value ?? "");
    else options.set(text, "");
  }
  return { invocation, words, options, open };
}

/** Options of conda, mamba and micromamba that take the next word. */
export const condaOptionsWithValue: ReadonlySet<string> = new Set([
  "-n",
  "--name",
  "-p",
  "--prefix",
  "-r",
  "--root-prefix",
  "-c",
  "--channel",
  "-f",
  "--file",
  "--solver",
  "--experimental-solver",
  "--repodata-fn",
  "--platform",
  "--subdir",
  "--revision",
]);
