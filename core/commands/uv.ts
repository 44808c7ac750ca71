import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";
import type { Span } from "../dockerfile/span.ts";

/** A call of uv, its words sorted. */
export interface UvCall {
  readonly invocation: Invocation;
  /** `pip install`, `sync`, `cache clean` …; undefined when none is given or it is not known. */
  readonly command: string | undefined;
  /** The last word of the command's name. */
  readonly commandWord: ShellWord;
  /** From the program to the last word of the command's name. */
  readonly span: Span;
  /** Options by their text in front of `=`, wherever they stand, with the word of their value where they have one. */
  readonly options: ReadonlyMap<string, string | null>;
  /** Whether a word that cannot be known here may hold further options. */
  readonly open: boolean;
}

/** uv's options, those in front of the command too, that take the next word. */
const withValue: ReadonlySet<string> = new Set(
  (
    "--allow-insecure-host --cache-dir --color --config-file --directory --project --python-preference " +
    "-r --requirement --requirements -c --constraint -e --editable -p --python -i --index-url --default-index --index " +
    "--extra-index-url -f --find-links --extra --group --only-group --package --target --prefix --torch-backend"
  ).split(" "),
);

/** Commands with commands of their own. */
const groups: ReadonlySet<string> = new Set(["cache", "pip", "python", "tool", "self"]);

/** Reads an invocation as a call of uv; undefined for any other program, and for uv without a command. */
export function uvCall(invocation: Invocation): UvCall | undefined {
  const { args, name } = invocation;
  const module = /^python[\d.]*$/.test(name) && args[0]?.value === "-m" && args[1]?.value === "uv";
  if (name !== "uv" && !module) return undefined;
  const words: ShellWord[] = [];
  const options = new Map<string, string | null>();
  let open = invocation.through.includes("xargs");
  let complete = false;
  for (let at = module ? 2 : 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (mayHideOptions(word) && word.suffix === "") open = true;
    if (text.startsWith("-") && text.length > 1) {
      if (text === "--") break;
      const equals = text.indexOf("=");
      if (equals > 0) options.set(text.slice(0, equals), word.value === null ? null : text.slice(equals + 1));
      else options.set(text, withValue.has(text) ? (args[++at]?.value ?? null) : "");
    } else if (!complete) {
      words.push(word);
      complete = !(words.length === 1 && groups.has(text));
    }
  }
  const commandWord = words.at(-1);
  if (!commandWord) return undefined;
  const known = words.every(({ value }) => value !== null);
  const { start } = invocation.word.span;
  return {
    invocation,
    command: known ? words.map(({ value }) => value).join(" ") : undefined,
    commandWord,
    span: { start, end: Math.max(commandWord.span.end, invocation.word.span.end) },
    options,
    open,
  };
}
