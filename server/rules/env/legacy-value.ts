/** How the value of `ENV NAME value` is written behind `NAME=`. */
export type NewSpelling =
  /** As it is. */
  | { readonly kind: "same" }
  /** Inside double quotes, otherwise as it is. */
  | { readonly kind: "quoted" }
  | { readonly kind: "text"; readonly text: string };

/**
 * A spelling of `raw` behind `NAME=` that Docker reads as the same value, whatever the variables in it are worth.
 *
 * In BuildKit (`frontend/dockerfile/parser/line_parsers.go`, `parseNameVal`) the old form takes the rest of the line as
 * it is, and the new one a word that ends at a blank outside quotes. What follows is the same for both (`shell/lex.go`,
 * `ProcessWord`): it removes quotes and escapes and substitutes variables. So only blanks outside quotes make a
 * difference. Undefined where no spelling is sure to be equal, or where the value is an error in both forms.
 */
export function newSpelling(raw: string, escape: string): NewSpelling | undefined {
  const shape = shapeOf(raw, escape);
  if (!shape.closed) return undefined;
  if (!shape.bareBlank) return { kind: "same" };
  const pieces = piecesOf(raw, escape);
  if (!pieces) return undefined;
  let text = "";
  for (const [index, piece] of pieces.entries()) {
    switch (piece.kind) {
      case "literal":
        text += /["$]/.test(piece.text) || piece.text === escape ? escape + piece.text : piece.text;
        break;
      case "kept":
        text += piece.text;
        break;
      case "braced":
        // The split into words knows no `${…}`: quotes in it would end the ones around it.
        if (/["'\\`]/.test(piece.text)) return undefined;
        text += piece.text;
        break;
      case "variable":
        text += joins(pieces[index + 1]) ? `\${${piece.text.slice(1)}}` : piece.text;
        break;
    }
  }
  return text === raw ? { kind: "quoted" } : { kind: "text", text: `"${text}"` };
}

interface Piece {
  /**
   * - `literal`: one character that stands for itself
   * - `kept`: characters of a double-quoted part, escapes as they are written
   * - `variable`: `$NAME`; `braced`: `${…}`
   */
  readonly kind: "literal" | "kept" | "variable" | "braced";
  readonly text: string;
}

/** The value cut up as BuildKit's lexer reads it; undefined where it has `$1`, `$?` or a `${` that it may not take. */
function piecesOf(raw: string, escape: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let quote = "";
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (quote === "'") {
      if (character === "'") quote = "";
      else pieces.push({ kind: "literal", text: character });
    } else if (character === escape) {
      const next = raw[++at]!;
      if (quote !== '"') pieces.push({ kind: "literal", text: next });
      else pieces.push({ kind: "kept", text: escape + next });
    } else if (character === quote) quote = "";
    else if (!quote && (character === '"' || character === "'")) quote = character;
    else if (character === "$") {
      const reference = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?:[^{}]|\{[^{}]*\})*\})/.exec(raw.slice(at))?.[0];
      if (reference === undefined) {
        if (/[\w@*#?$!{-]|[^\0-\x7f]/.test(raw[at + 1] ?? "")) return undefined;
        pieces.push({ kind: "literal", text: "$" });
        continue;
      }
      // BuildKit takes letters of any script into a name.
      if (/[^\0-\x7f]/.test(raw[at + reference.length] ?? "")) return undefined;
      pieces.push({ kind: reference[1] === "{" ? "braced" : "variable", text: reference });
      at += reference.length - 1;
    } else pieces.push({ kind: quote ? "kept" : "literal", text: character });
  }
  return pieces;
}

/** Whether the piece would lengthen the name of a variable right before it. */
function joins(piece: Piece | undefined): boolean {
  return (piece?.kind === "literal" || piece?.kind === "kept") && /^(\w|[^\0-\x7f])/.test(piece.text);
}

/** Whether each quote and escape of the value is complete, and whether the new form's word would end inside it. */
function shapeOf(raw: string, escape: string): { readonly closed: boolean; readonly bareBlank: boolean } {
  let quote = "";
  let bareBlank = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (character === escape && quote !== "'") {
      at++;
      if (at === raw.length) return { closed: false, bareBlank };
    } else if (quote) {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else bareBlank ||= /\s/.test(character);
  }
  return { closed: quote === "", bareBlank };
}
