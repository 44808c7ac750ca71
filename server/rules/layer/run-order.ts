import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Instruction, RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";

/**
 * The RUNs whose layers are in the final image, in the order in which they run: those of ONBUILD last, as they run
 * in the image that builds on this one.
 */
export function shippedRuns(dockerfile: Dockerfile): RunInstruction[] {
  const shipped = shippedStages(dockerfile);
  const runs = dockerfile.instructions.filter(
    (each): each is RunInstruction => each.kind === "RUN" && !!each.stage && shipped.has(each.stage),
  );
  return [...runs.filter(({ onbuild }) => !onbuild), ...runs.filter(({ onbuild }) => onbuild)];
}

/** Everything that has run before a RUN, the stages that this one builds on first. */
export function ranBefore(run: RunInstruction): Instruction[] {
  const chain: Stage[] = [];
  for (let stage = run.stage?.parent; stage; stage = stage.parent) chain.unshift(stage);
  const inherited = chain.flatMap(({ instructions }) => instructions.filter(({ onbuild }) => !onbuild));
  const own = run.stage?.instructions ?? [];
  return [...inherited, ...own.filter((each) => each.index < run.index && (!each.onbuild || run.onbuild))];
}

/** The number of the line on which a RUN begins, as an editor shows it. */
export function lineOf(dockerfile: Dockerfile, { span }: RunInstruction): number {
  return dockerfile.lines.lineAt(span.start) + 1;
}
