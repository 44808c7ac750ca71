import type { DoubleQuotedChild, Word, WordPart } from "unbash";
import type { VariableLookup } from "../docker-word.ts";
import type { Span } from "../span.ts";
import type { ShellScript } from "./shell-script.ts";

/** A word as the command receives it, after substitution and word splitting. */
export interface ShellWord {
  /** Its value; `null` when a part of it cannot be known here. */
  readonly value: string | null;
  /** The beginning of the value that is certain; the whole of it when the value is known. */
  readonly prefix: string;
  /** Where it is written; words that came out of one variable share its span. */
  readonly span: Span;
  /** Its offsets in the script's text. */
  readonly written: { readonly pos: number; readonly end: number };
  /** Whether it came, in part or whole, out of a variable. */
  readonly substituted: boolean;
}

/** Whether the word could turn out to be an option or several words: nothing certain stands at its start. */
export function mayHideOptions(word: ShellWord): boolean {
  return word.value === null && word.prefix === "";
}

interface Fragment {
  value: string | null;
  prefix: string;
  quoted: boolean;
  substituted: boolean;
}

/** The words that a written word becomes; none when an unquoted variable is empty. */
export function expandWord(script: ShellScript, word: Word, lookup: VariableLookup): ShellWord[] {
  const span = script.source.spanOf(word.pos, word.end);
  const written = { pos: word.pos, end: word.end };
  const parts = word.parts;
  if (!parts) return [{ value: word.value, prefix: word.value, span, written, substituted: false }];
  const fragments: Fragment[] = [];
  let current: Fragment | undefined;
  const append = (value: string | null, quoted: boolean, substituted: boolean) => {
    current ??= { value: "", prefix: "", quoted: false, substituted: false };
    if (current.value !== null && value !== null) {
      current.value += value;
      current.prefix = current.value;
    } else current.value = null;
    current.quoted ||= quoted;
    current.substituted ||= substituted;
  };
  const finish = () => {
    if (current && (current.value !== "" || current.quoted)) fragments.push(current);
    current = undefined;
  };
  for (const part of parts) {
    const expanded = expandPart(part, lookup);
    if (expanded.value === null || !expanded.splits) {
      append(expanded.value, expanded.quoted, expanded.substituted);
      continue;
    }
    const pieces = expanded.value.split(/\s+/);
    pieces.forEach((piece, index) => {
      if (index > 0) finish();
      if (piece !== "") append(piece, false, true);
    });
  }
  finish();
  return fragments.map(({ value, prefix, substituted }) => ({ value, prefix, span, written, substituted }));
}

interface ExpandedPart {
  readonly value: string | null;
  readonly quoted: boolean;
  readonly substituted: boolean;
  /** Whether the value is split at blanks. */
  readonly splits: boolean;
}

const literal = (value: string, quoted = false): ExpandedPart => ({
  value,
  quoted,
  substituted: false,
  splits: false,
});

function expandPart(part: WordPart, lookup: VariableLookup): ExpandedPart {
  switch (part.type) {
    case "Literal":
      return literal(part.value);
    case "Glob":
      return literal(part.value);
    case "ExtendedGlob":
    case "BraceExpansion":
      return literal(part.text);
    case "SingleQuoted":
    case "AnsiCQuoted":
      return literal(part.value, true);
    case "DoubleQuoted":
    case "LocaleString":
      return {
        value: quotedValue(part.parts, lookup),
        quoted: true,
        substituted: hasExpansion(part.parts),
        splits: false,
      };
    case "SimpleExpansion":
    case "ParameterExpansion":
      return { value: expansionValue(part, lookup), quoted: false, substituted: true, splits: true };
    default:
      return { value: null, quoted: false, substituted: true, splits: false };
  }
}

function quotedValue(parts: readonly DoubleQuotedChild[], lookup: VariableLookup): string | null {
  let value = "";
  for (const part of parts) {
    const piece =
      part.type === "Literal"
        ? part.value
        : part.type === "SimpleExpansion" || part.type === "ParameterExpansion"
          ? expansionValue(part, lookup)
          : null;
    if (piece === null) return null;
    value += piece;
  }
  return value;
}

function hasExpansion(parts: readonly DoubleQuotedChild[]): boolean {
  return parts.some((part) => part.type !== "Literal");
}

type Expansion = Extract<WordPart, { type: "SimpleExpansion" | "ParameterExpansion" }>;

/** A variable that nothing here sets may still come from the base image: it is not known, not empty. */
function expansionValue(part: Expansion, lookup: VariableLookup): string | null {
  if (part.type === "SimpleExpansion") return lookup(part.text.slice(1)) ?? null;
  if (part.prefix !== undefined || part.index !== undefined) return null;
  const value = lookup(part.parameter);
  const operation = part.operation;
  if (!operation) return value ?? null;
  if (operation.type === "Default" && value !== undefined && value !== null) {
    const unset = operation.operator.startsWith(":") && value === "";
    if (operation.operator.endsWith("-") || operation.operator.endsWith("=")) {
      if (!unset) return value;
    }
    if (operation.operator.endsWith("?") && !unset) return value;
  }
  return null;
}
