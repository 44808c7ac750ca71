import { posix } from "node:path";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";

/** A call of git, its words sorted. */
export interface GitCall {
  readonly invocation: Invocation;
  /** `clone`, `checkout` …; undefined when none is given or it is not known. */
  readonly command: string | undefined;
  readonly commandWord: ShellWord | undefined;
  /** The directory of `-C`, if given. */
  readonly directory: ShellWord | undefined;
  /** The command's options by their text in front of `=`, with the value where one is known. */
  readonly options: ReadonlyMap<string, string>;
  /** What else follows the command: a repository, a revision, paths. */
  readonly targets: readonly ShellWord[];
  /** Whether a word that cannot be known here may hold further options. */
  readonly open: boolean;
}

/** git(1): options in front of the command that take the next word. */
const globalWithValue: ReadonlySet<string> = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace"]);

/** git-clone(1): options that take the next word. */
const cloneWithValue: ReadonlySet<string> = new Set([
  "-b",
  "--branch",
  "-c",
  "--config",
  "--depth",
  "--filter",
  "-j",
  "--jobs",
  "-o",
  "--origin",
  "--reference",
  "--reference-if-able",
  "--revision",
  "--separate-git-dir",
  "--server-option",
  "--shallow-exclude",
  "--shallow-since",
  "--template",
  "-u",
  "--upload-pack",
]);

/** Reads an invocation as a call of git; undefined for any other program. */
export function gitCall(invocation: Invocation): GitCall | undefined {
  if (invocation.name !== "git") return undefined;
  const { args } = invocation;
  const options = new Map<string, string>();
  const targets: ShellWord[] = [];
  let open = invocation.through.includes("xargs");
  let commandWord: ShellWord | undefined;
  let directory: ShellWord | undefined;
  let endOfOptions = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (mayHideOptions(word) && word.suffix === "") open = true;
    if (endOfOptions || !text.startsWith("-") || text === "-") {
      if (commandWord) targets.push(word);
      else commandWord = word;
    } else if (text === "--") endOfOptions = true;
    else if (!commandWord) {
      const value = globalWithValue.has(text) ? args[++at] : undefined;
      if (text === "-C") directory = value;
    } else {
      const equals = text.startsWith("--") ? text.indexOf("=") : -1;
      const takesNext = commandWord.value === "clone" && cloneWithValue.has(text);
      if (equals > 0) options.set(text.slice(0, equals), text.slice(equals + 1));
      else options.set(text, takesNext ? (args[++at]?.value ?? "") : "");
    }
  }
  const command = commandWord?.value ?? undefined;
  return { invocation, command, commandWord, directory, options, targets, open };
}

/** Whether one of the call's options is one of `names`. */
export function hasGitOption(call: GitCall, ...names: readonly string[]): boolean {
  return names.some((name) => call.options.has(name));
}

/** What a `git clone` clones, and to where. */
export interface GitClone {
  readonly call: GitCall;
  readonly command: ShellWord;
  readonly repository: ShellWord;
  /** The directory's word where it is given. */
  readonly directory: ShellWord | undefined;
  /** The directory as git takes it; `null` when it cannot be known. */
  readonly path: string | null;
}

/** Reads a call of git as a clone; undefined for any other command, and where its words cannot be told. */
export function gitClone(invocation: Invocation): GitClone | undefined {
  const call = gitCall(invocation);
  if (call?.command !== "clone" || !call.commandWord || call.open) return undefined;
  const [repository, directory] = call.targets;
  if (!repository) return undefined;
  const path = directory ? directory.value : directoryOf(repository);
  return { call, command: call.commandWord, repository, directory, path };
}

/** The directory that git makes of a repository's name, where its end is certain. */
function directoryOf({ value, suffix }: ShellWord): string | null {
  const text = value ?? (suffix.includes("/") ? suffix : "");
  const name = posix.basename(text.replace(/(?<!\/)\/+$/, "").replace(/^.*:/s, "")).replace(/\.git$/, "");
  return name === "" ? null : name;
}
