import type { Stage } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import { type UsedImage, usedImages } from "../base/used-image.ts";
import type { ImageUnderCheck } from "../rule.ts";

/** The image from elsewhere that the final image builds on, and the stages between the two. */
export interface FinalBase {
  readonly used: UsedImage;
  /** From the last stage to the one that names the base. */
  readonly stages: ReadonlySet<Stage>;
}

/** The final image's base; undefined where it cannot be known. */
export function finalBase({ dockerfile, facts }: ImageUnderCheck): FinalBase | undefined {
  const stages = shippedStages(dockerfile);
  const from = [...stages].at(-1)?.from;
  if (!from) return undefined;
  const { start, end } = from.span;
  const used = facts
    .get(usedImages)
    .find(({ place, span }) => place === "FROM" && span.start >= start && span.end <= end);
  return used && { used, stages };
}
