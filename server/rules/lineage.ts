import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Stage } from "../../core/dockerfile/instruction.ts";
import type { LabImage, WorkspaceBase } from "../../core/lab/lab-image.ts";

/** An image of the lab, and the stage of its Dockerfile that it is built from. */
export interface BaseImage extends WorkspaceBase {
  readonly stage: Stage;
}

/** The images of the lab that a stage builds on, itself or through others: the nearest first. */
export function* baseImages(stage: Stage, lab: LabImage): Iterable<BaseImage> {
  const seen = new Set<Dockerfile>();
  let reference = firstStage(stage).resolvedBase;
  let from = lab;
  while (reference) {
    const base = from.workspaceBase(reference);
    const last = base?.dockerfile.stages.at(-1);
    if (!base || !last || seen.has(base.dockerfile)) return;
    seen.add(base.dockerfile);
    yield { ...base, stage: last };
    reference = firstStage(last).resolvedBase;
    from = base.lab;
  }
}

/** The stage that `stage` begins with: itself, or the first one of those that it builds on. */
export function firstStage(stage: Stage): Stage {
  let first = stage;
  while (first.parent) first = first.parent;
  return first;
}

/** Whether a stage is another one, or builds on it. */
export function holdsStage(stage: Stage, other: Stage | undefined): boolean {
  for (let each: Stage | undefined = stage; each; each = each.parent) if (each === other) return true;
  return false;
}
