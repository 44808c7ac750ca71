import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { nearestWord } from "../core/nearest-word.ts";
import { version } from "../package.json";
import { exitCodes } from "./exit-codes.ts";
import { printable } from "./output/cells.ts";
import type { Terminal } from "./terminal.ts";

/** The options of a command that takes no other arguments, besides `--help` and `--version`. */
export type FewOptions = Readonly<
  Record<
    string,
    | { readonly type: "boolean"; readonly short?: string }
    | { readonly type: "string"; readonly short?: string; readonly example: string }
  >
>;

/**
 * Reads the arguments of a command that has only options: the ones that were given (a flag's text is empty), or the exit
 * code where they were a question or a mistake, which has been answered.
 */
export function readFewOptions<Options extends FewOptions>(
  args: readonly string[],
  options: Options,
  help: string,
  terminal: Pick<Terminal, "out" | "err">,
): ReadonlyMap<keyof Options, string> | number {
  const read = readArguments(args, options);
  if (typeof read !== "string") return read;
  if (read === "help" || read === "version") {
    terminal.out(read === "help" ? help : `${version}\n`);
    return exitCodes.fine;
  }
  terminal.err(`lab-images: ${printable(read)}\n\n${help}`);
  return exitCodes.failed;
}

/** `help`, `version`, or what is wrong, where it is a text. */
function readArguments<Options extends FewOptions>(
  args: readonly string[],
  options: Options,
): ReadonlyMap<keyof Options, string> | string {
  const questions: ParseArgsOptionsConfig = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean", short: "v" },
  };
  // Not strict: its own messages name no nearest option.
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, ...questions },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<keyof Options, string>();
  for (const token of tokens) {
    if (token.kind === "positional") return `"${token.value}" is one argument too many; leave it out.`;
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option && name !== "help" && name !== "version")
      return unknownOption(rawName, [...Object.keys(options), "help", "version"]);
    if (option?.type === "string") {
      if (!value) return `--${name} needs a value: ${option.example}.`;
      given.set(name, value);
      continue;
    }
    if (value !== undefined) return `--${name} takes no value; write --${name} alone.`;
    if (!option) return name;
    given.set(name, "");
  }
  return given;
}

function unknownOption(rawName: string, names: readonly string[]): string {
  const options = names.map((name) => `--${name}`);
  const near = rawName.startsWith("--") ? nearestWord(rawName, options) : undefined;
  return `there is no option "${rawName}"${near === undefined ? "." : `; did you mean "${near}"?`}`;
}
