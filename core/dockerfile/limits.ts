import type { Span } from "./span.ts";

/**
 * The most bytes of a line that Docker reads; it refuses a file with a longer one (the buffer of Go's `bufio.Scanner`;
 * moby/buildkit frontend/dockerfile/parser, `handleScannerError`).
 */
export const longestLine = 65_535;

/**
 * The most bytes that Linux hands to a program as one argument, which is what a RUN's script is to its shell
 * (`MAX_ARG_STRLEN` less the NUL; linux include/uapi/linux/binfmts.h). What is longer is not looked into.
 */
export const longestArgument = 131_071;

/**
 * A file of more instructions than this is checked so far; the largest that people write have some hundred. With the two
 * below it bounds what a hostile file costs, of any size.
 */
export const mostInstructions = 2_500;

/** A RUN that starts more programs than this is not looked into. */
export const mostProgramsOfRun = 2_000;

/** Once the RUNs of a file start more programs than this together, further ones are not looked into. */
export const mostProgramsOfFile = 10_000;

/** Why an instruction was not read. */
export type UnreadReason =
  /** It, or a line of it, is longer than Linux or Docker takes. */
  | "too long"
  /** {@link mostProgramsOfRun} */
  | "too many programs"
  /** {@link mostProgramsOfFile} */
  | "too many programs above"
  /** {@link mostInstructions} */
  | "too many instructions above";

/** Says of the RUNs of one file, from top to bottom, which are looked into. */
export class ProgramBudget {
  /** A small file cannot start that many. */
  readonly #counts: boolean;
  #left = mostProgramsOfFile;

  /** `length` is that of the file's text. */
  constructor(length: number) {
    this.#counts = length > longestLine;
  }

  /** Why a script is not looked into; undefined for one that is. */
  spend(script: string): UnreadReason | undefined {
    if (!this.#counts) return undefined;
    if (this.#left <= 0) return "too many programs above";
    // At least as many as it starts, but for what `xargs` and the like repeat.
    const programs = script.match(/&&|\|\||[;&|\n(`{]/g)?.length ?? 0;
    if (programs > mostProgramsOfRun) return "too many programs";
    this.#left -= programs + 1;
    return undefined;
  }
}

/** The lines within `span` that are longer than Docker reads, without their ends. */
export function longLines(text: string, { start, end }: Span): Span[] {
  const found: Span[] = [];
  if (end - start <= longestLine / 3) return found;
  for (let at = start; at < end; ) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 || newline > end ? end : newline;
    if (isLongLine(text, at, next)) found.push({ start: at, end: next });
    at = next + 1;
  }
  return found;
}

/** UTF-8 needs one to three bytes for a code unit: most lines need not be encoded to be sure. */
function isLongLine(text: string, start: number, end: number): boolean {
  if ((end - start) * 3 <= longestLine) return false;
  return end - start > longestLine || Buffer.byteLength(text.slice(start, end)) > longestLine;
}
