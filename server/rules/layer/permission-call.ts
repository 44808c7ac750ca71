import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";

/** A recursive call of chmod or chown. */
export interface PermissionCall {
  readonly invocation: Invocation;
  readonly tool: "chmod" | "chown";
  /** The option that makes it recursive: `-R`, `--recursive`, `-vR`. */
  readonly recursive: ShellWord;
  /** The mode or the owner; undefined with `--reference`. */
  readonly setting: ShellWord | undefined;
  readonly paths: readonly ShellWord[];
  /** Whether it has options that say more than how much it prints. */
  readonly special: boolean;
}

const quiet = new Set(["--verbose", "--changes", "--silent", "--quiet"]);

/** Reads an invocation as a recursive chmod or chown; undefined for any other. */
export function recursivePermissionCall(invocation: Invocation): PermissionCall | undefined {
  const tool = invocation.name;
  if (tool !== "chmod" && tool !== "chown") return undefined;
  let recursive: ShellWord | undefined;
  let special = invocation.through.includes("xargs");
  let reference = false;
  let endOfOptions = false;
  const words: ShellWord[] = [];
  for (const word of invocation.args) {
    const text = word.value ?? word.prefix;
    // `chmod -x`, `chmod -w,o+r`: a mode that looks like an option.
    const mode = tool === "chmod" && /^-[rwxXstugo]/.test(text);
    if (endOfOptions || mode || !text.startsWith("-") || text === "-") words.push(word);
    else if (text === "--") endOfOptions = true;
    else if (/^--rec/.test(text) && "--recursive".startsWith(text)) recursive = word;
    else if (text.startsWith("--")) {
      reference ||= text.startsWith("--ref");
      special ||= !quiet.has(text);
    } else {
      if (text.includes("R")) recursive = word;
      special ||= /[^Rvcf-]/.test(text);
    }
  }
  if (!recursive) return undefined;
  const setting = reference ? undefined : words[0];
  return { invocation, tool, recursive, setting, paths: reference ? words : words.slice(1), special };
}
