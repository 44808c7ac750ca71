import type { ParsedScript, Statement } from "unbash";
import type { MappedText } from "../mapped-text.ts";
import type { SyntaxTrees } from "./syntax-trees.ts";

/**
 * How a script's text stands in the document, which decides what may be inserted into it:
 * - `instruction`: RUN's own lines; a new line needs the escape character before it
 * - `heredoc`: lines of a here-document; a new line is a new line
 * - `double-quoted`, `single-quoted`: the argument of `bash -c`
 * - `json`: a string of exec form
 * - `mixed`: an argument put together from several quotings; nothing is inserted there
 */
export type Embedding = "instruction" | "heredoc" | "double-quoted" | "single-quoted" | "json" | "mixed";

/** A piece of shell with its syntax tree; the tree's offsets are those of `source.text`. */
export interface ShellScript {
  readonly source: MappedText;
  readonly tree: ParsedScript;
  readonly embedding: Embedding;
  /** How many `bash -c` it stands in. */
  readonly depth: number;
}

/** Parses shell text. Never throws: what cannot be read gives a partial tree. */
export function parseShell(
  source: MappedText,
  embedding: Embedding,
  depth: number,
  trees: SyntaxTrees,
): ShellScript {
  return { source, tree: trees.of(source.text), embedding, depth };
}

/** The script's top-level statements. */
export function statements(script: ShellScript): readonly Statement[] {
  return script.tree.commands;
}
