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
  /** The end of the value that is certain: `/bin/pip` for `$VENV/bin/pip`; the whole of it when the value is known. */
  readonly suffix: string;
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

/** A value put together piece by piece: all of it while every piece is known, then what is certain at both ends. */
interface Certain {
  value: string | null;
  prefix: string;
  suffix: string;
}

interface Fragment extends Certain {
  quoted: boolean;
  substituted: boolean;
}

/** The words that a written word becomes; none when an unquoted variable is empty. */
export function expandWord(script: ShellScript, word: Word, lookup: VariableLookup): ShellWord[] {
  const span = script.source.spanOf(word.pos, word.end);
  const written = { pos: word.pos, end: word.end };
  const parts = word.parts;
  if (!parts) return [{ ...known(word.value), span, written, substituted: false }];
  const fragments: Fragment[] = [];
  let current: Fragment | undefined;
  const append = (piece: Certain, quoted: boolean, substituted: boolean) => {
    current ??= { ...known(""), quoted: false, substituted: false };
    join(current, piece);
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
      append(expanded, expanded.quoted, expanded.substituted);
      continue;
    }
    const pieces = expanded.value.split(/\s+/);
    pieces.forEach((piece, index) => {
      if (index > 0) finish();
      if (piece !== "") append(known(piece), false, true);
    });
  }
  finish();
  return fragments.map(({ quoted: _, ...fragment }) => ({ ...fragment, span, written }));
}

const known = (value: string): Certain => ({ value, prefix: value, suffix: value });
const unknown: Readonly<Certain> = { value: null, prefix: "", suffix: "" };

/** Puts `piece` behind what `into` holds. */
function join(into: Certain, piece: Readonly<Certain>): void {
  into.prefix = into.value === null ? into.prefix : into.value + piece.prefix;
  into.suffix = piece.value === null ? piece.suffix : into.suffix + piece.value;
  into.value = into.value === null || piece.value === null ? null : into.value + piece.value;
}

interface ExpandedPart extends Readonly<Certain> {
  readonly quoted: boolean;
  readonly substituted: boolean;
  /** Whether the value is split at blanks. */
  readonly splits: boolean;
}

const literal = (value: string, quoted = false): ExpandedPart => ({
  ...known(value),
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
        ...quotedValue(part.parts, lookup),
        quoted: true,
        substituted: hasExpansion(part.parts),
        splits: false,
      };
    case "SimpleExpansion":
    case "ParameterExpansion":
      return { ...certain(expansionValue(part, lookup)), quoted: false, substituted: true, splits: true };
    default:
      return { ...unknown, quoted: false, substituted: true, splits: false };
  }
}

function quotedValue(parts: readonly DoubleQuotedChild[], lookup: VariableLookup): Certain {
  const whole = known("");
  for (const part of parts) {
    if (part.type === "Literal") join(whole, known(part.value));
    else if (part.type === "SimpleExpansion" || part.type === "ParameterExpansion")
      join(whole, certain(expansionValue(part, lookup)));
    else join(whole, unknown);
  }
  return whole;
}

function certain(value: string | null): Readonly<Certain> {
  return value === null ? unknown : known(value);
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
