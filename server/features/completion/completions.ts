import type { CompletionItem, Position, Range } from "vscode-languageserver";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { baseImageItems } from "./base-images.ts";
import { contextPathItems } from "./context-paths.ts";
import { flagItems, flagValueItems, mountItems } from "./flags.ts";
import type { InstructionItems } from "./instructions.ts";
import { variableItems } from "./variables.ts";

/** After which characters the editor asks by itself. A dash is none: it would end the list while a snippet's name is typed. */
export const completionTriggers = [":", "/", "=", "$", "{", ",", " "];

/** What is asked. */
export interface CompletionQuestion {
  readonly dockerfile: Dockerfile;
  readonly lab: LabImage;
  readonly position: Position;
  /** Undefined where another Dockerfile extension offers the language itself: then only what it cannot know is offered. */
  readonly language: InstructionItems | undefined;
}

/** What may be written at a place of a Dockerfile, half typed as it is. Nothing is invented: where nothing is known, nothing. */
export function completions({ dockerfile, lab, position, language }: CompletionQuestion): CompletionItem[] {
  const typed = typedAt(dockerfile, position);
  if (!typed) return [];
  const { keyword, words, word } = typed;
  if (keyword === undefined) {
    const hasFrom = dockerfile.stages.some(
      ({ from }) => from && from.span.start < typed.offset - typed.line.length,
    );
    return language?.of(typed.line, position.line, hasFrom) ?? [];
  }
  const rangeOf = (length: number): Range => ({
    start: { line: position.line, character: position.character - length },
    end: { line: position.line, character: position.character + typed.behind },
  });
  const upToCursor = (length: number): Range => ({ ...rangeOf(length), end: position });
  const variable = /\$\{?\w*$/.exec(word);
  if (variable && keyword !== "RUN")
    return language
      ? variableItems(dockerfile, lab, {
          range: {
            ...upToCursor(variable[0].length),
            end: endOfReference(dockerfile, typed.offset, position),
          },
          offset: typed.offset,
          inFrom: keyword === "FROM",
        })
      : [];
  const flag = /^--([\w-]+)=(.*)$/s.exec(word);
  const flagsOnly = words.every((each) => each.startsWith("--"));
  if (flagsOnly && flag) {
    const [, name = "", value = ""] = flag;
    if (name === "from")
      return baseImageItems(dockerfile, lab, {
        before: value,
        range: rangeOf(value.length),
        line: position.line,
      });
    if (!language) return [];
    if (name === "mount") return mountItems(value, upToCursor);
    return flagValueItems(keyword, name, rangeOf(value.length));
  }
  if (flagsOnly && word.startsWith("-")) return language ? flagItems(keyword, rangeOf(word.length)) : [];
  const arguments_ = words.filter((each) => !each.startsWith("--"));
  if (keyword === "FROM" && arguments_.length === 0)
    return baseImageItems(dockerfile, lab, {
      before: word,
      range: rangeOf(word.length),
      line: position.line,
    });
  const copies =
    (keyword === "COPY" || keyword === "ADD") && !words.some((each) => each.startsWith("--from="));
  if (copies && lab.context && !word.startsWith("["))
    return contextPathItems(lab.context, word, upToCursor(word.length - word.lastIndexOf("/") - 1));
  return [];
}

interface Typed {
  /** The keyword of the instruction in upper case; undefined while it is being typed. */
  readonly keyword: string | undefined;
  /** The whole words between keyword and cursor. */
  readonly words: readonly string[];
  /** What of the word under the cursor stands before it. */
  readonly word: string;
  /** How many characters of that word stand behind the cursor. */
  readonly behind: number;
  /** The cursor's line up to the cursor. */
  readonly line: string;
  readonly offset: number;
}

/** The text before the cursor, cut into words; undefined in a comment or a here-document. */
function typedAt(dockerfile: Dockerfile, position: Position): Typed | undefined {
  const { text, lines, instructions } = dockerfile;
  const offset = lines.offsetAt(position);
  const line = text.slice(lines.lineStart(position.line), offset);
  if (/^\s*#/.test(line)) return undefined;
  const behind = /^[^\s\\]*/.exec(text.slice(offset, offset + 300))?.[0].length ?? 0;
  const instruction = instructions.findLast(({ span }) => span.start <= offset);
  // Of a line that ends in an escape only the next one tells whether the instruction goes on: it may be the last.
  const goesOn = instruction && /^[ \t]*$/.test(onOneLine(text.slice(instruction.span.end, offset)));
  if (!goesOn) return { keyword: undefined, words: [], word: line.trimStart(), behind, line, offset };
  if (offset > instruction.bodyEnd && instruction.heredocs.length > 0) return undefined;
  const written = onOneLine(text.slice(instruction.span.start, offset));
  if (!/\s/.test(written)) return { keyword: undefined, words: [], word: written, behind, line, offset };
  const words = written.split(/\s+/);
  const keyword = words.shift()?.toUpperCase();
  return { keyword, words: words.slice(0, -1), word: words.at(-1) ?? "", behind, line, offset };
}

/** A text without its comment lines and line continuations. */
function onOneLine(text: string): string {
  return text.replace(/(?<=\n)[ \t]*#.*\r?\n/g, "").replace(/[\\`][ \t]*\r?\n/g, " ");
}

/** A name and its brace behind the cursor belong to the reference that is replaced. */
function endOfReference({ text }: Dockerfile, offset: number, position: Position): Position {
  const rest = /^\w*\}?/.exec(text.slice(offset, offset + 200))?.[0].length ?? 0;
  return { line: position.line, character: position.character + rest };
}
