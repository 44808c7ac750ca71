import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";

/** A call of apt-get, apt or aptitude, its words sorted. */
export interface AptCall {
  readonly invocation: Invocation;
  readonly tool: "apt-get" | "apt" | "aptitude";
  /** `update`, `install`, `remove` …; undefined when none is given or it is not known. */
  readonly command: string | undefined;
  /** The word that names the command. */
  readonly commandWord: ShellWord | undefined;
  /** Options in order, wherever they stand: `-y`, `--no-install-recommends`. */
  readonly options: readonly ShellWord[];
  /** `-o Name=value` settings, names in lower case. */
  readonly settings: ReadonlyMap<string, string>;
  /** Packages, files and whatever else is not an option. */
  readonly targets: readonly ShellWord[];
  /** Whether a word that cannot be known here may hold further options. */
  readonly open: boolean;
}

/** apt-get(8): long options that take the next word. */
const longWithValue = new Set([
  "--option",
  "--target-release",
  "--default-release",
  "--config-file",
  "--host-architecture",
  "--build-profiles",
  "--with-source",
]);

/** apt-get(8): short options with a value; in a cluster (`-yqo`) what follows one of them is its value. */
const shortWithValue = "otcaP";

/** Reads an invocation as a call of apt; undefined for any other program. */
export function aptCall(invocation: Invocation): AptCall | undefined {
  const tool = invocation.name;
  if (tool !== "apt-get" && tool !== "apt" && tool !== "aptitude") return undefined;
  const options: ShellWord[] = [];
  const targets: ShellWord[] = [];
  const settings = new Map<string, string>();
  let commandWord: ShellWord | undefined;
  let open = invocation.through.includes("xargs");
  let endOfOptions = false;
  const { args } = invocation;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (mayHideOptions(word)) open = true;
    if (text === "--" && !endOfOptions) endOfOptions = true;
    else if (!endOfOptions && text.startsWith("-") && text.length > 1) {
      options.push(word);
      const { setting, takesNext } = readOption(text, tool);
      const value = takesNext ? args[++at] : undefined;
      if (setting !== undefined) addSetting(settings, setting || (value?.value ?? value?.prefix ?? ""));
    } else if (!commandWord) commandWord = word;
    else targets.push(word);
  }
  const command = commandWord?.value ?? undefined;
  return { invocation, tool, command, commandWord, options, settings, targets, open };
}

/** Whether an option's value is the next word, and the text of an `-o` setting (empty when it is in that word). */
function readOption(text: string, tool: AptCall["tool"]): { setting?: string; takesNext: boolean } {
  if (text.startsWith("--option=")) return { setting: text.slice("--option=".length), takesNext: false };
  if (text.startsWith("--"))
    return { takesNext: longWithValue.has(text), ...(text === "--option" ? { setting: "" } : {}) };
  const letters = shortLetters(text);
  const last = letters.at(-1) ?? "";
  if (!shortWithValue.includes(last) || (tool === "aptitude" && last === "P")) return { takesNext: false };
  const inline = text.slice(letters.length + 1).replace(/^=/, "");
  return { takesNext: inline === "", ...(last === "o" ? { setting: inline } : {}) };
}

/** The option letters of a word: `yqo` of `-yqoDpkg::Use-Pty=0`, none of a long option. */
function shortLetters(text: string): string {
  return /^-([a-zA-Z]*?[otcaP]|[a-zA-Z]*)/.exec(text)?.[1] ?? "";
}

function addSetting(settings: Map<string, string>, text: string): void {
  const equals = text.indexOf("=");
  if (equals > 0) settings.set(text.slice(0, equals).toLowerCase(), text.slice(equals + 1));
}

/** Whether one of the options is `long`, or a cluster that holds the letter `short`. */
export function hasOption(call: AptCall, long: string, short?: string): boolean {
  return call.options.some(({ value }) => {
    if (value === null) return false;
    if (value === `--${long}` || value.startsWith(`--${long}=`)) return true;
    return short !== undefined && shortLetters(value).includes(short);
  });
}

/** The level that `-q`, `-qq`, `-q=2`, `--quiet` … add up to; apt-get answers its own questions from 2 on. */
export function quietLevel(call: AptCall): number {
  let level = Number(call.settings.get("quiet") ?? 0) || 0;
  for (const { value } of call.options) {
    if (value === null) continue;
    const given = /^(?:--(?:quiet|silent)=|-[a-zA-Z]*q=?)(\d)$/.exec(value);
    if (given) level = Math.max(level, Number(given[1]));
    else if (value === "--quiet" || value === "--silent") level++;
    else level += shortLetters(value).split("q").length - 1;
  }
  return level;
}

/** Commands of apt that read the package lists. */
export const commandsThatNeedLists: ReadonlySet<string> = new Set([
  "install",
  "reinstall",
  "upgrade",
  "dist-upgrade",
  "full-upgrade",
  "build-dep",
  "satisfy",
  "source",
  "download",
]);
