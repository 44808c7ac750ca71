import type { ParseArgsOptionsConfig } from "node:util";
import { printable } from "../engine/progress/cells.ts";
import { version } from "../package.json";
import { exitCodes } from "./exit-codes.ts";
import { optionTokens } from "./option-tokens.ts";
import type { Terminal } from "./terminal.ts";
import { unknownOption } from "./unknown-option.ts";

/** The options of a command with few of them, besides `--help` and `--version`. */
export type FewOptions = Readonly<
  Record<
    string,
    | { readonly type: "boolean"; readonly short?: string }
    | { readonly type: "string"; readonly short?: string; readonly example: string }
  >
>;

/** Where answers to questions and mistakes are written. */
type Answers = Pick<Terminal, "out" | "err">;

/** What was given: options by name (a flag's text is empty), and words that belong to none. */
export interface GivenArguments<Options extends FewOptions> {
  readonly options: ReadonlyMap<keyof Options, string>;
  readonly words: readonly string[];
}

/**
 * Reads the arguments of a command that has only options: the ones that were given (a flag's text is empty), or the exit
 * code where they were a question or a mistake, which has been answered.
 */
export function readFewOptions<Options extends FewOptions>(
  args: readonly string[],
  options: Options,
  help: string,
  terminal: Answers,
): ReadonlyMap<keyof Options, string> | number {
  const given = readFewArguments(args, options, help, terminal);
  if (typeof given === "number") return given;
  const [word] = given.words;
  if (word === undefined) return given.options;
  return tellMistake(`"${word}" is one argument too many; leave it out.`, help, terminal);
}

/** The same for a command that takes words as well. */
export function readFewArguments<Options extends FewOptions>(
  args: readonly string[],
  options: Options,
  help: string,
  terminal: Answers,
): GivenArguments<Options> | number {
  const read = readArguments(args, options);
  if (typeof read !== "string") return read;
  if (read !== "help" && read !== "version") return tellMistake(read, help, terminal);
  terminal.out(read === "help" ? help : `${version}\n`);
  return exitCodes.fine;
}

/** Says what is wrong with the arguments; returns the exit code. */
export function tellMistake(message: string, help: string, terminal: Answers): number {
  terminal.err(`lab-images: ${printable(message)}\n\n${help}`);
  return exitCodes.failed;
}

/** `help`, `version`, or what is wrong, where it is a text. */
function readArguments<Options extends FewOptions>(
  args: readonly string[],
  options: Options,
): GivenArguments<Options> | string {
  const questions: ParseArgsOptionsConfig = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean", short: "v" },
  };
  const given = new Map<keyof Options, string>();
  const words: string[] = [];
  for (const token of optionTokens(args, { ...options, ...questions })) {
    if (token.kind === "positional") words.push(token.value);
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
  return { options: given, words };
}
