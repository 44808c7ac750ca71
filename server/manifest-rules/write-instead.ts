import type { Span } from "../../core/dockerfile/span.ts";
import type { Fix } from "../rules/rule.ts";

/** The word that was probably meant; whether it was is for the author to say. */
export function writeInstead(span: Span, word: string): Fix {
  return { title: `Write ${word}`, automatic: false, edits: [{ span, newText: word }] };
}
