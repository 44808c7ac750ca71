import { resolveDockerWord, type VariableReference } from "../../../core/dockerfile/docker-word.ts";
import type { Assignment } from "../../../core/dockerfile/instruction.ts";
import type { FactSource } from "../facts.ts";

/** An ARG above the first FROM: what FROM lines can refer to. */
export interface GlobalArgument {
  readonly name: string;
  /** The last one that declares it: the one in force. */
  readonly assignment: Assignment;
  /** What the lab's manifest or build script gives; `null` for a value that is not known here. */
  readonly given: string | null | undefined;
  /** Given, else the default; `null` for a value that is not known, undefined where nothing gives one. */
  readonly value: string | null | undefined;
}

/** The arguments that FROM lines see, by name. */
export function globalArguments({ dockerfile, lab }: FactSource): Map<string, GlobalArgument> {
  const found = new Map<string, GlobalArgument>();
  for (const instruction of dockerfile.instructions) {
    if (instruction.stage) break;
    if (instruction.kind !== "ARG") continue;
    for (const assignment of instruction.assignments) {
      const { name, raw } = assignment;
      const given = lab.buildArguments.get(name);
      const fallback = raw === undefined ? undefined : (assignment.value ?? null);
      found.set(name, { name, assignment, given, value: given === undefined ? fallback : given });
    }
  }
  return found;
}

/** What a reference in a FROM line stands for; `null` when it is not known, or when nothing gives it a value. */
export function referenceValue(
  raw: string,
  reference: VariableReference,
  escape: string,
  known: ReadonlyMap<string, GlobalArgument>,
): string | null {
  if (reference.operator === undefined) return known.get(reference.name)?.value ?? null;
  const text = raw.slice(reference.start, reference.end);
  return resolveDockerWord(text, escape, (name) => known.get(name)?.value);
}
