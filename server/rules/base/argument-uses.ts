import { variableReferences } from "../../../core/dockerfile/docker-word.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";

/** Where a file's arguments are used besides the place that is looked at. */
export class ArgumentUses {
  /** Each FROM image that refers to the argument, as written. */
  readonly #images = new Map<string, Set<string>>();
  readonly #inDefaults = new Set<string>();
  readonly #redeclared = new Set<string>();

  constructor({ instructions, escape }: Dockerfile) {
    for (const instruction of instructions) {
      if (instruction.kind === "FROM") {
        const raw = instruction.image?.raw ?? "";
        for (const { name } of variableReferences(raw, escape)) {
          const known = this.#images.get(name);
          if (known) known.add(raw);
          else this.#images.set(name, new Set([raw]));
        }
      }
      if (instruction.kind !== "ARG") continue;
      for (const { name, raw } of instruction.assignments) {
        if (instruction.stage && raw === undefined) this.#redeclared.add(name);
        for (const used of variableReferences(raw ?? "", escape)) this.#inDefaults.add(used.name);
      }
    }
  }

  /** Whether every FROM that refers to the argument is written the same, and no other default is made of it. */
  alwaysTheSame(name: string): boolean {
    return this.#images.get(name)?.size === 1 && !this.#inDefaults.has(name);
  }

  /** Whether a stage takes the argument over, so that its commands may use the value. */
  reachesStage(name: string): boolean {
    return this.#redeclared.has(name);
  }
}
