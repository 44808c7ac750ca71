import type { Dockerfile } from "./dockerfile.ts";
import type { Stage } from "./instruction.ts";

/**
 * The stages whose layers are in the image: the one that the build stops at (the last one, or the one of `target`'s name)
 * and those that it builds on with FROM, in this order. What a stage leaves behind that is only copied from, or mounted,
 * stays in the build cache.
 */
export function shippedStages({ stages }: Dockerfile, target?: string): ReadonlySet<Stage> {
  const shipped = new Set<Stage>();
  const named = target?.toLowerCase();
  const last = stages.find(({ name }) => name !== undefined && name === named) ?? stages.at(-1);
  for (let stage = last; stage && !shipped.has(stage); stage = stage.parent) shipped.add(stage);
  return shipped;
}
