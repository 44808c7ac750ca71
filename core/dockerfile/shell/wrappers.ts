import { fileName, type ShellWord } from "./shell-word.ts";

/** `sudo env nice …`: more wrappers around one program than these are left alone. */
const maximumWrappers = 16;

/** The program that words start in the end, behind `sudo`, `env` and the like. */
interface InnerProgram {
  /** Index of the program in the words; the words behind it are its arguments. */
  readonly at: number;
  /** Its file name; empty when not known. */
  readonly name: string;
  /** What it was called through, outermost first. */
  readonly through: readonly string[];
  /** What those set for it. */
  readonly environment: ReadonlyMap<string, string | null>;
}

/** Shared by most programs, which have no wrapper. */
const unwrapped: Omit<InnerProgram, "name"> = { at: 0, through: [], environment: new Map() };

/** Sees through the wrappers that `words`, at least one, begin with. */
export function throughWrappers(words: readonly ShellWord[]): InnerProgram {
  const first = fileName(words[0]!);
  const outer = unwrap(first, words);
  if (!outer) return { ...unwrapped, name: first };
  const through = [first];
  const environment = new Map(outer.environment);
  let { at } = outer;
  for (;;) {
    const name = fileName(words[at]!);
    const inner = through.length < maximumWrappers ? unwrap(name, words.slice(at)) : undefined;
    if (!inner) return { at, name, through, environment };
    for (const [variable, value] of inner.environment) environment.set(variable, value);
    through.push(name);
    at += inner.at;
  }
}

/** What a wrapper such as `sudo` starts: where the inner command's words begin, and what it sets for it. */
interface Unwrapped {
  /** Index of the inner program in the given words. */
  readonly at: number;
  readonly environment: ReadonlyMap<string, string | null>;
}

interface WrapperSyntax {
  /** Options that take the next word. */
  readonly withValue: ReadonlySet<string>;
  /** `VAR=x` words in front of the program. */
  readonly assignments?: boolean;
  /** Words in front of the program that are not options: `timeout 10 cmd`, `conda run cmd`. */
  readonly positional?: number;
  /** The first word it must have to be a wrapper: `run` of `conda run`. */
  readonly subcommand?: string;
}

const plain: WrapperSyntax = { withValue: new Set() };
const condaRun: WrapperSyntax = {
  withValue: new Set(["-n", "--name", "-p", "--prefix", "--cwd"]),
  subcommand: "run",
};

const wrappers: ReadonlyMap<string, WrapperSyntax> = new Map([
  [
    "sudo",
    {
      withValue: new Set(["-u", "--user", "-g", "--group", "-p", "-C", "-D", "-h", "-r", "-t"]),
      assignments: true,
    },
  ],
  ["doas", { withValue: new Set(["-u", "-C"]) }],
  ["env", { withValue: new Set(["-u", "--unset", "-C", "--chdir"]), assignments: true }],
  ["command", plain],
  ["builtin", plain],
  ["exec", { withValue: new Set(["-a"]) }],
  ["nohup", plain],
  ["eatmydata", plain],
  ["fakeroot", plain],
  ["time", { withValue: new Set(["-f", "-o"]) }],
  ["nice", { withValue: new Set(["-n", "--adjustment"]) }],
  ["ionice", { withValue: new Set(["-c", "-n"]) }],
  ["stdbuf", { withValue: new Set(["-i", "-o", "-e"]) }],
  ["timeout", { withValue: new Set(["-s", "--signal", "-k", "--kill-after"]), positional: 1 }],
  ["gosu", { withValue: new Set(), positional: 1 }],
  ["setpriv", plain],
  ["xargs", { withValue: new Set(["-n", "-P", "-L", "-I", "-d", "-a", "-s", "-E"]) }],
  ["conda", condaRun],
  ["mamba", condaRun],
  ["micromamba", condaRun],
]);

/** Reads `words` (a program and its arguments) as a call of a wrapper; undefined when it is none, or not clear. */
function unwrap(name: string, words: readonly ShellWord[]): Unwrapped | undefined {
  const syntax = wrappers.get(name);
  if (!syntax) return undefined;
  const environment = new Map<string, string | null>();
  let at = 1;
  if (syntax.subcommand) {
    if (words[at]?.value !== syntax.subcommand) return undefined;
    at++;
  }
  let positional = syntax.positional ?? 0;
  for (; at < words.length; at++) {
    const word = words[at]!;
    const text = word.value ?? word.prefix;
    if (text === "--") {
      at++;
      break;
    }
    const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
    if (assignment && syntax.assignments) {
      environment.set(assignment[1]!, word.value === null ? null : assignment[2]!);
    } else if (text.startsWith("-") && text.length > 1) {
      if (takesNextWord(text, syntax)) at++;
    } else if (positional > 0) positional--;
    else break;
  }
  return at < words.length ? { at, environment } : undefined;
}

/** Whether an option has its value in the next word: `-u`, and `-Hu` of several letters, but not `-uroot`. */
function takesNextWord(option: string, { withValue }: WrapperSyntax): boolean {
  if (withValue.has(option)) return true;
  if (!/^-[A-Za-z0-9]+$/.test(option)) return false;
  const letters = option.slice(1);
  const first = [...letters].findIndex((letter) => withValue.has(`-${letter}`));
  return first >= 0 && first === letters.length - 1;
}
