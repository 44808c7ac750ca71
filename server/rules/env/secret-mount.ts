import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { ArgInstruction, RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { removeInstruction } from "../../fixes/remove.ts";
import type { Edit } from "../rule.ts";

/**
 * Takes an argument away and mounts the secret of its name in every RUN that uses it. Undefined where something else
 * than a RUN uses it, or the argument shares its line with others.
 */
export function mountInstead(
  dockerfile: Dockerfile,
  argument: ArgInstruction,
  name: string,
): Edit[] | undefined {
  const [only, ...others] = argument.assignments;
  if (!only || others.length > 0 || argument.onbuild) return undefined;
  const runs: RunInstruction[] = [];
  for (const each of dockerfile.instructions) {
    if (each === argument) continue;
    const text = each.kind === "RUN" ? (each.shell.main?.source.text ?? each.rest.text) : each.rest.text;
    if (!new RegExp(`\\b${name}\\b`).test(text)) continue;
    if (
      each.kind !== "RUN" ||
      !each.shell.main ||
      each.stage !== argument.stage ||
      each.index < argument.index
    )
      return undefined;
    runs.push(each);
  }
  return [
    removeInstruction(dockerfile, argument),
    ...runs.map((run) => {
      const at = run.rest.toSource(0);
      return { span: { start: at, end: at }, newText: `--mount=type=secret,id=${name},env=${name} ` };
    }),
  ];
}
