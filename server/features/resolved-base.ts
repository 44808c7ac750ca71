import { variableReferences } from "../../core/dockerfile/docker-word.ts";
import type { Stage } from "../../core/dockerfile/instruction.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";

/** The image that a FROM with variables stands for. */
export interface ResolvedBase {
  readonly reference: string;
  /** Which file gives each of its variables: `lab-images.json`, `the script build`, `its default`. */
  readonly origins: readonly { readonly argument: string; readonly origin: string }[];
}

/** What a stage's FROM stands for; undefined where a value is not known, or the stage builds on another one. */
export function resolvedBase(stage: Stage, lab: LabImage): ResolvedBase | undefined {
  const { base, resolvedBase: reference, parent } = stage;
  if (!base || !reference || parent) return undefined;
  const arguments_ = new Set(variableReferences(base.raw, "\\").map(({ name }) => name));
  const origins = [...arguments_].map((argument) => {
    const file = lab.argumentOrigin(argument);
    return { argument, origin: file === undefined ? "its default" : `\`${file}\`` };
  });
  return { reference, origins };
}
