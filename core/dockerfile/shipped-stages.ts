import type { Dockerfile } from "./dockerfile.ts";
import type { Stage } from "./instruction.ts";

/**
 * The stages whose layers are in the final image: the last one and those that it builds on with FROM. What a stage
 * leaves behind that is only copied from, or mounted, stays in the build cache.
 */
export function shippedStages(dockerfile: Dockerfile): ReadonlySet<Stage> {
  const shipped = new Set<Stage>();
  for (let stage = dockerfile.stages.at(-1); stage && !shipped.has(stage); stage = stage.parent)
    shipped.add(stage);
  return shipped;
}
