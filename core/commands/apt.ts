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

/** apt-get(8): options that take the next word. */
const withValue = new Set([
  "-o",
  "--option",
  "-t",
  "--target-release",
  "--default-release",
  "-c",
  "--config-file",
  "-a",
  "--host-architecture",
]);

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
      const inline = /^(?:-o|--option=)(.+)$/s.exec(text);
      if (inline && text !== "--option") addSetting(settings, inline[1]!);
      if (withValue.has(text)) {
        const value = args[++at];
        if (value && (text === "-o" || text === "--option"))
          addSetting(settings, value.value ?? value.prefix);
      }
    } else if (!commandWord) commandWord = word;
    else targets.push(word);
  }
  const command = commandWord?.value ?? undefined;
  return { invocation, tool, command, commandWord, options, settings, targets, open };
}

function addSetting(settings: Map<string, string>, text: string): void {
  const equals = text.indexOf("=");
  if (equals > 0) settings.set(text.slice(0, equals).toLowerCase(), text.slice(equals + 1));
}

/** Whether one of the options is `long` (or an unambiguous beginning of it is not taken), or holds the letter `short`. */
export function hasOption(call: AptCall, long: string, short?: string): boolean {
  return call.options.some(({ value }) => {
    if (value === null) return false;
    if (value === `--${long}` || value.startsWith(`--${long}=`)) return true;
    return (
      short !== undefined &&
      /^-[a-zA-Z]/.test(value) &&
      !value.startsWith("-o") &&
      value.slice(1).includes(short)
    );
  });
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
