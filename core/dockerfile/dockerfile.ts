import type { Instruction, Stage } from "./instruction.ts";
import { mostInstructions, ProgramBudget } from "./limits.ts";
import { readInstruction } from "./read-instruction.ts";
import { type Comment, type Directive, type InstructionSource, scanDockerfile } from "./scan.ts";
import { SyntaxTrees } from "./shell/syntax-trees.ts";
import { LineIndex, lineEndOf } from "./span.ts";
import { StageBuilder } from "./stage-builder.ts";
import type { DockerfileSurroundings } from "./surroundings.ts";

/** One version of a Dockerfile, understood. Malformed text gives a partial model, never an exception. */
export interface Dockerfile {
  readonly text: string;
  readonly lines: LineIndex;
  readonly escape: "\\" | "`";
  /** The line end that the file uses first: what an inserted line ends with. */
  readonly lineEnd: "\n" | "\r\n";
  readonly directives: readonly Directive[];
  /** Every comment line, also those between the lines of an instruction, in order. */
  readonly comments: readonly Comment[];
  /**
   * Every instruction in order; the body of an ONBUILD stands in its place. Of a file of too many, the first ones and
   * one that is not read (`limits.ts`).
   */
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/**
 * Parses a Dockerfile. Time is linear in the text's length; a RUN's shell is parsed when first asked for. `trees` holds
 * what is known of the version before.
 */
export function parseDockerfile(
  text: string,
  surroundings: DockerfileSurroundings = {},
  trees: SyntaxTrees = new SyntaxTrees(),
): Dockerfile {
  const scanned = scanDockerfile(text);
  const builder = new StageBuilder(scanned.escape, new ProgramBudget(text.length), surroundings, trees);
  const instructions: Instruction[] = [];
  const commentsAbove = new CommentsAbove(text, scanned.comments);
  // One more than is read, to say so.
  for (const source of scanned.instructions.slice(0, mostInstructions + 1)) {
    const index = instructions.length;
    const position = { index, commentsAbove: commentsAbove.of(source) };
    const instruction = readInstruction(source, scanned.escape, text, builder, position);
    instructions.push(instruction);
  }
  return {
    text,
    lines: new LineIndex(text),
    escape: scanned.escape,
    lineEnd: lineEndOf(text),
    directives: scanned.directives,
    comments: scanned.comments,
    instructions,
    stages: builder.stages,
  };
}

const betweenLines = /^\r?\n[ \t]*$/;
const noComments: readonly Comment[] = [];

/** Finds the comment block that stands directly above an instruction, walking both lists once. */
class CommentsAbove {
  readonly #text: string;
  readonly #comments: readonly Comment[];
  #at = 0;

  constructor(text: string, comments: readonly Comment[]) {
    this.#text = text;
    this.#comments = comments;
  }

  of(instruction: InstructionSource): readonly Comment[] {
    const start = instruction.span.start;
    while (this.#at < this.#comments.length && this.#comments[this.#at]!.span.start < start) this.#at++;
    if (this.#at === 0) return noComments;
    let first = this.#at;
    let below = start;
    while (first > 0) {
      const comment = this.#comments[first - 1]!;
      if (!betweenLines.test(this.#text.slice(comment.span.end, below))) break;
      below = comment.span.start;
      first--;
    }
    return first === this.#at ? noComments : this.#comments.slice(first, this.#at);
  }
}
