import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { nearestWord } from "../core/nearest-word.ts";

/** The options of a command that takes no other arguments, besides `--help` and `--version`. */
export type FewOptions = Readonly<
  Record<
    string,
    | { readonly type: "boolean"; readonly short?: string }
    | { readonly type: "string"; readonly short?: string; readonly example: string }
  >
>;

/** What the arguments mean: the options that were given (a flag's text is empty), a question, or a mistake. */
export type FewArguments<Options extends FewOptions> =
  | { readonly kind: "options"; readonly given: ReadonlyMap<keyof Options, string> }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string };

/** Reads the arguments of a command that has only options. */
export function readFewArguments<Options extends FewOptions>(
  args: readonly string[],
  options: Options,
): FewArguments<Options> {
  const help: ParseArgsOptionsConfig = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean", short: "v" },
  };
  // Not strict: its own messages name no nearest option.
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, ...help },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<keyof Options, string>();
  for (const token of tokens) {
    if (token.kind === "positional")
      return mistake(`"${token.value}" is one argument too many; leave it out.`);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option && name !== "help" && name !== "version")
      return mistake(unknownOption(rawName, [...Object.keys(options), "help", "version"]));
    if (option?.type === "string") {
      if (!value) return mistake(`--${name} needs a value: ${option.example}.`);
      given.set(name, value);
      continue;
    }
    if (value !== undefined) return mistake(`--${name} takes no value; write --${name} alone.`);
    if (!option) return { kind: name === "help" ? "help" : "version" };
    given.set(name, "");
  }
  return { kind: "options", given };
}

function mistake(message: string): { readonly kind: "mistake"; readonly message: string } {
  return { kind: "mistake", message };
}

function unknownOption(rawName: string, names: readonly string[]): string {
  const options = names.map((name) => `--${name}`);
  const near = rawName.startsWith("--") ? nearestWord(rawName, options) : undefined;
  return `there is no option "${rawName}"${near === undefined ? "." : `; did you mean "${near}"?`}`;
}
