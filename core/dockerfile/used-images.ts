import type { Dockerfile } from "./dockerfile.ts";

/**
 * The images that a Dockerfile builds on, copies from or mounts, with arguments put in, none twice; its own stages and what
 * cannot be known are left out.
 */
export function usedImages({ stages, instructions }: Dockerfile): string[] {
  const images = new Set<string>();
  for (const { parent, resolvedBase } of stages)
    if (!parent && resolvedBase && resolvedBase !== "scratch") images.add(resolvedBase);
  const own = new Set(stages.flatMap(({ name, index }) => [String(index), name ?? ""]));
  const take = (from: string | undefined) => {
    if (from !== undefined && !own.has(from.toLowerCase())) images.add(from);
  };
  for (const instruction of instructions) {
    if (instruction.onbuild) continue;
    if (instruction.kind === "COPY" || instruction.kind === "ADD") take(instruction.from);
    if (instruction.kind === "RUN") for (const { options } of instruction.mounts) take(options.get("from"));
  }
  return [...images];
}
