import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { nearestWord } from "./nearest-word.ts";

const formats = ["text", "json", "sarif"] as const;
const failureLevels = ["error", "warning", "info"] as const;

export type Format = (typeof formats)[number];

/** The lowest severity that makes the exit code 1. */
export type FailureLevel = (typeof failureLevels)[number];

/** What `lab-images lint` was asked for. */
export interface LintOptions {
  readonly format: Format;
  readonly fix: boolean;
  readonly failOn: FailureLevel;
  readonly paths: readonly string[];
}

/** What the arguments mean: options, a question about the program, or a mistake. */
export type LintArguments =
  | { readonly kind: "lint"; readonly options: LintOptions }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string };

const optionTypes = {
  format: { type: "string" },
  fix: { type: "boolean" },
  "fail-on": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsOptionsConfig;

/** Reads the arguments behind `lint`. */
export function readLintArguments(args: readonly string[]): LintArguments {
  // Not strict: its own messages name no nearest option.
  const { tokens } = parseArgs({
    args: [...args],
    options: optionTypes,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  let format: Format = "text";
  let failOn: FailureLevel = "warning";
  let fix = false;
  const paths: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") {
      if (token.value === "") return mistake("a path is empty; leave it out to search the current folder.");
      paths.push(token.value);
    }
    if (token.kind !== "option") continue;
    if (!isOption(token.name)) return mistake(unknownOption(token.rawName));
    if (optionTypes[token.name].type === "boolean" && token.value !== undefined)
      return mistake(`--${token.name} takes no value; write --${token.name} alone.`);
    if (token.name === "help" || token.name === "version") return { kind: token.name };
    if (token.name === "fix") fix = true;
    if (token.name === "format") {
      const chosen = oneOf(formats, token.value);
      if (!chosen) return mistake(wrongValue("--format", formats, token.value));
      format = chosen;
    }
    if (token.name === "fail-on") {
      const chosen = oneOf(failureLevels, token.value);
      if (!chosen) return mistake(wrongValue("--fail-on", failureLevels, token.value));
      failOn = chosen;
    }
  }
  return { kind: "lint", options: { format, fix, failOn, paths } };
}

function mistake(message: string): LintArguments {
  return { kind: "mistake", message };
}

function isOption(name: string): name is keyof typeof optionTypes {
  return Object.hasOwn(optionTypes, name);
}

function oneOf<Word extends string>(words: readonly Word[], value: string | undefined): Word | undefined {
  return words.find((word) => word === value);
}

function unknownOption(rawName: string): string {
  const values = [
    ...formats.map((format) => [format, `--format ${format}`] as const),
    ...failureLevels.map((level) => [level, `--fail-on ${level}`] as const),
  ];
  const asValue = values.find(([value]) => rawName === `--${value}`)?.[1];
  const names = Object.keys(optionTypes).map((name) => `--${name}`);
  const near = asValue ?? (rawName.startsWith("--") ? nearestWord(rawName, names) : undefined);
  return `there is no option "${rawName}"${near === undefined ? "." : `; did you mean "${near}"?`}`;
}

function wrongValue(option: string, words: readonly string[], value: string | undefined): string {
  const choice = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  if (value === undefined) return `${option} needs a value: ${choice}.`;
  const near = nearestWord(value, words);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return `${option} takes ${choice}, not "${value}"${hint === "" ? "." : hint}`;
}
