import type { ParseArgsOptionsConfig } from "node:util";
import { nearestWord } from "../core/nearest-word.ts";
import { ruleCodes } from "../server/rules/known-rules.ts";
import { optionTokens } from "./option-tokens.ts";
import { noSuchRule } from "./rules.ts";
import { unknownOption } from "./unknown-option.ts";

const formats = ["text", "json", "sarif"] as const;
const failureLevels = ["error", "warning", "info"] as const;

export type Format = (typeof formats)[number];

/** The lowest severity that makes the exit code 1. */
export type FailureLevel = (typeof failureLevels)[number];

/** How `lab-images lint` checks and tells. */
export interface LintOptions {
  readonly format: Format;
  readonly fix: boolean;
  readonly failOn: FailureLevel;
  /** The codes of the rules that are asked for; empty for all. */
  readonly rules: ReadonlySet<string>;
}

/** What the arguments mean: files or standard input to check, a question, or a mistake. */
export type LintArguments =
  | { readonly kind: "paths"; readonly options: LintOptions; readonly paths: readonly string[] }
  | { readonly kind: "stdin"; readonly options: LintOptions; readonly path: string }
  | { readonly kind: "explain"; readonly code: string }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string };

const optionTypes = {
  format: { type: "string" },
  fix: { type: "boolean" },
  "fail-on": { type: "string" },
  rule: { type: "string" },
  explain: { type: "string" },
  stdin: { type: "boolean" },
  path: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsOptionsConfig;

/** Reads the arguments behind `lint`. */
export function readLintArguments(args: readonly string[]): LintArguments {
  let format: Format = "text";
  let failOn: FailureLevel = "warning";
  let fix = false;
  let stdin = false;
  let path: string | undefined;
  const rules = new Set<string>();
  const paths: string[] = [];
  for (const token of optionTokens(args, optionTypes)) {
    if (token.kind === "positional") {
      if (token.value === "") return mistake("a path is empty; leave it out to search the current folder.");
      paths.push(token.value);
    }
    if (token.kind !== "option") continue;
    if (!isOption(token.name)) return mistake(noSuchOption(token.rawName));
    if (optionTypes[token.name].type === "boolean" && token.value !== undefined)
      return mistake(`--${token.name} takes no value; write --${token.name} alone.`);
    switch (token.name) {
      case "help":
      case "version":
        return { kind: token.name };
      case "fix":
        fix = true;
        break;
      case "stdin":
        stdin = true;
        break;
      case "format": {
        const chosen = oneOf(formats, token.value);
        if (!chosen) return mistake(wrongValue("--format", formats, token.value));
        format = chosen;
        break;
      }
      case "fail-on": {
        const chosen = oneOf(failureLevels, token.value);
        if (!chosen) return mistake(wrongValue("--fail-on", failureLevels, token.value));
        failOn = chosen;
        break;
      }
      case "rule": {
        const code = oneOf(ruleCodes, token.value);
        if (code === undefined) return mistake(wrongRule("--rule", token.value));
        rules.add(code);
        break;
      }
      case "explain":
        // Whether there is such a rule is for the explanation to say.
        if (!token.value) return mistake(wrongRule("--explain", token.value));
        return { kind: "explain", code: token.value };
      case "path":
        if (!token.value) return mistake("--path needs a value: the file that the text stands in.");
        path = token.value;
        break;
    }
  }
  const options = { format, fix, failOn, rules };
  if (!stdin && path === undefined) return { kind: "paths", options, paths };
  if (!stdin) return mistake("--path goes with --stdin; to check a file on disk, write its path alone.");
  if (path === undefined)
    return mistake("--stdin needs --path too: the file that the text stands in, such as base/Dockerfile.");
  if (paths.length > 0)
    return mistake(`--stdin checks only what it is given; leave "${paths[0]}" out, or --stdin.`);
  return { kind: "stdin", options, path };
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

function noSuchOption(rawName: string): string {
  const values = [
    ...formats.map((format) => [format, `--format ${format}`] as const),
    ...failureLevels.map((level) => [level, `--fail-on ${level}`] as const),
  ];
  const asValue = values.find(([value]) => rawName === `--${value}`)?.[1];
  return asValue === undefined
    ? unknownOption(rawName, Object.keys(optionTypes))
    : `there is no option "${rawName}"; did you mean "${asValue}"?`;
}

function wrongValue(option: string, words: readonly string[], value: string | undefined): string {
  const choice = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  if (value === undefined) return `${option} needs a value: ${choice}.`;
  const near = nearestWord(value, words);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return `${option} takes ${choice}, not "${value}"${hint === "" ? "." : hint}`;
}

function wrongRule(option: string, value: string | undefined): string {
  return value ? noSuchRule(value) : `${option} needs a rule's code, such as ${ruleCodes[0]}.`;
}
