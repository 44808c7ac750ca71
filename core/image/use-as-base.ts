import { parseDockerfile } from "../dockerfile/dockerfile.ts";
import type { Stage } from "../dockerfile/instruction.ts";
import type { Span } from "../dockerfile/span.ts";

/** A piece of a Dockerfile, and what is to stand in its place. */
export interface BaseEdit {
  readonly span: Span;
  readonly newText: string;
}

/**
 * Makes an image the base of the stage at `offset`, or of the one that it builds on: in the place of what its FROM names.
 * Without a FROM one is written, behind the arguments that may stand in front of it.
 */
export function useAsBase(text: string, offset: number, reference: string): BaseEdit {
  const { stages, instructions, lineEnd } = parseDockerfile(text);
  const written = stages.filter(({ from }) => from !== undefined);
  const at = written.findLast(({ from }) => (from?.span.start ?? 0) <= offset) ?? written[0];
  const from = at && rootOf(at).from;
  if (from?.image) return { span: from.image.span, newText: reference };
  if (from) {
    const blanks = /^[ \t]*/.exec(text.slice(from.span.end))?.[0].length ?? 0;
    return {
      span: { start: from.span.end, end: from.span.end + blanks },
      newText: ` ${reference}`,
    };
  }
  const argument = instructions.findLast(({ kind }) => kind === "ARG");
  const end = argument?.span.end ?? text.length;
  const before = end === 0 || text.slice(0, end).endsWith("\n") ? "" : lineEnd;
  return {
    span: { start: end, end },
    newText: `${before}FROM ${reference}${argument ? "" : lineEnd}`,
  };
}

function rootOf(stage: Stage): Stage {
  return stage.parent ? rootOf(stage.parent) : stage;
}
