import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { OptionMistake } from "../build/option-values.ts";
import { type ProgressKind, readProgressKind } from "../build/progress-kind.ts";
import { unknownOption } from "../unknown-option.ts";

/** What `lab-images push` was asked for. */
export interface PushOptions {
  /** At least one. */
  readonly references: readonly string[];
  readonly host: string | undefined;
  readonly progress: ProgressKind;
}

export type PushArguments =
  | { readonly kind: "push"; readonly options: PushOptions }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string };

const optionTypes = {
  host: { type: "string", short: "H" },
  progress: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsOptionsConfig;

/** Reads the arguments behind `push`. */
export function readPushArguments(args: readonly string[]): PushArguments {
  // Not strict: its own messages name no nearest option.
  const { tokens } = parseArgs({
    args: [...args],
    options: optionTypes,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const references: string[] = [];
  let host: string | undefined;
  let progress: ProgressKind = "auto";
  try {
    for (const token of tokens) {
      if (token.kind === "positional") references.push(token.value);
      if (token.kind !== "option") continue;
      const { name, value, rawName } = token;
      switch (name) {
        case "help":
        case "version":
          return { kind: name };
        case "host":
          host = needed(value, "--host ssh://user@node");
          break;
        case "progress":
          progress = readProgressKind(needed(value, "--progress plain"));
          break;
        default:
          throw new OptionMistake(unknownOption(rawName, Object.keys(optionTypes)));
      }
    }
    if (references.length === 0)
      throw new OptionMistake("say what to push: the name of an image, registry/path/name:tag.");
  } catch (error) {
    if (error instanceof OptionMistake) return { kind: "mistake", message: error.message };
    throw error;
  }
  return { kind: "push", options: { references, host, progress } };
}

function needed(value: string | undefined, example: string): string {
  if (!value) throw new OptionMistake(`${example.split(" ")[0]} needs a value: ${example}.`);
  return value;
}
