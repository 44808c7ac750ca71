import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";

/** An option with which a build tool starts as many jobs as it finds work for. */
export interface UnboundedJobs {
  readonly tool: "make" | "ninja" | "cmake";
  /** The option, and its value where that is a word of its own: `-j`, `--jobs`, `-j 0`. */
  readonly words: readonly ShellWord[];
  /** The option's text up to where a number is put: `-j`, `--jobs=`, `--parallel `. */
  readonly option: string;
}

const tools: ReadonlySet<string> = new Set(["make", "gmake", "ninja", "ninja-build", "cmake"]);

/** The option of a make, ninja or `cmake --build` call that bounds nothing; undefined where a number does, or may. */
export function unboundedJobs(invocation: Invocation): UnboundedJobs | undefined {
  const { name, args, through } = invocation;
  if (!tools.has(name) || through.includes("xargs") || args.some(mayHideOptions)) return undefined;
  if (name === "make" || name === "gmake") return inMake(args);
  if (name === "ninja" || name === "ninja-build") return inNinja(args);
  if (args[0]?.value !== "--build") return undefined;
  const end = args.findIndex(({ value }) => value === "--");
  const native = end < 0 ? undefined : inMake(args.slice(end + 1));
  return native ?? inCmake(end < 0 ? args : args.slice(0, end));
}

/** Targets that compile nothing. */
const idle = /^(?:clean|distclean|mrproper|help|uninstall)$/;

/** GNU make takes the next word for the number when it begins with a digit. */
function inMake(args: readonly ShellWord[]): UnboundedJobs | undefined {
  const texts = args.map(({ value, prefix }) => value ?? prefix);
  if (texts.some((text) => /^-[a-zA-Z]*l|^--(?:load-average|max-load)/.test(text))) return undefined;
  const targets = texts.filter((text) => !/^-|=/.test(text) && !/^\d/.test(text));
  if (targets.length > 0 && targets.every((text) => idle.test(text))) return undefined;
  let found: UnboundedJobs | undefined;
  for (const [index, word] of args.entries()) {
    const option = /^(?:-[bBdeikLmnpqrRsStvw]*j|--jobs)$/.exec(word.value ?? "")?.[0];
    if (option === undefined) {
      if (/^-[bBdeikLmnpqrRsStvw]*j.|^--jobs=/.test(texts[index]!)) found = undefined;
      continue;
    }
    const next = args[index + 1];
    const bounded = next !== undefined && (next.value === null || /^\d/.test(next.value));
    found = bounded || word.substituted ? undefined : { tool: "make", words: [word], option: put(option) };
  }
  return found;
}

/** ninja takes 0 for no bound; without the option it starts about as many jobs as there are cores. */
function inNinja(args: readonly ShellWord[]): UnboundedJobs | undefined {
  for (const [index, word] of args.entries()) {
    if (word.substituted) continue;
    if (word.value === "-j0") return { tool: "ninja", words: [word], option: "-j" };
    const next = args[index + 1];
    if (word.value === "-j" && next?.value === "0" && !next.substituted)
      return { tool: "ninja", words: [word, next], option: "-j" };
  }
  return undefined;
}

function inCmake(args: readonly ShellWord[]): UnboundedJobs | undefined {
  for (const [index, word] of args.entries()) {
    if ((word.value !== "-j" && word.value !== "--parallel") || word.substituted) continue;
    const next = args[index + 1];
    if (next !== undefined && (next.value === null || /^\d/.test(next.value))) return undefined;
    return { tool: "cmake", words: [word], option: word.value === "-j" ? "-j" : "--parallel " };
  }
  return undefined;
}

function put(option: string): string {
  return option.startsWith("--") ? `${option}=` : option;
}
