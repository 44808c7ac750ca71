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

/** Adds the words that a written word becomes to `into`; none when an unquoted variable is empty. */
export function expandWord(script: ShellScript, word: Word, lookup: VariableLookup, into: ShellWord[]): void {
  const span = script.source.spanOf(word.pos, word.end);
  const { parts } = word;
  if (!parts) {
    const { value } = word;
    into.push({ value, prefix: value, suffix: value, span, written: word, substituted: false });
    return;
  }
  let current = emptyFragment();
  const finish = () => {
    const { value, prefix, suffix, substituted } = current;
    if (value !== "" || current.quoted)
      into.push({ value, prefix, suffix, span, written: word, substituted });
  };
  for (const part of parts) {
    const variable = isExpansion(part) ? expansionValue(part, lookup) : undefined;
    if (typeof variable !== "string") {
      addPart(current, part, lookup);
      continue;
    }
    // Unquoted, its value is split at blanks.
    for (const [index, piece] of variable.split(/\s+/).entries()) {
      if (index > 0) {
        finish();
        current = emptyFragment();
      }
      if (piece === "") continue;
      addKnown(current, piece);
      current.substituted = true;
    }
  }
  finish();
}

const emptyFragment = (): Fragment => ({
  value: "",
  prefix: "",
  suffix: "",
  quoted: false,
  substituted: false,
});

function addKnown(into: Certain, piece: string): void {
  if (into.value === null) into.suffix += piece;
  else {
    into.value += piece;
    into.prefix = into.value;
    into.suffix = into.value;
  }
}

function addUnknown(into: Certain): void {
  into.value = null;
  into.suffix = "";
}

/** Adds a part that is not split. */
function addPart(into: Fragment, part: WordPart, lookup: VariableLookup): void {
  switch (part.type) {
    case "Literal":
    case "Glob":
      addKnown(into, part.value);
      return;
    case "ExtendedGlob":
    case "BraceExpansion":
      addKnown(into, part.text);
      return;
    case "SingleQuoted":
    case "AnsiCQuoted":
      addKnown(into, part.value);
      into.quoted = true;
      return;
    case "DoubleQuoted":
    case "LocaleString":
      into.quoted = true;
      for (const child of part.parts) addQuoted(into, child, lookup);
      return;
    default:
      addUnknown(into);
      into.substituted = true;
  }
}

function addQuoted(into: Fragment, child: DoubleQuotedChild, lookup: VariableLookup): void {
  if (child.type === "Literal") {
    addKnown(into, child.value);
    return;
  }
  into.substituted = true;
  const value = isExpansion(child) ? expansionValue(child, lookup) : null;
  if (value === null) addUnknown(into);
  else addKnown(into, value);
}

type Expansion = Extract<WordPart, { type: "SimpleExpansion" | "ParameterExpansion" }>;

function isExpansion(part: WordPart): part is Expansion {
  return part.type === "SimpleExpansion" || part.type === "ParameterExpansion";
}

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

/** The file that a path names, also where only the path's end is certain (`$VENV/bin/pip`); empty when not known. */
export function fileName(path: ShellWord): string {
  if (path.value === null && !path.suffix.includes("/")) return "";
  return path.suffix.slice(path.suffix.lastIndexOf("/") + 1);
}
