import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Stage } from "../dockerfile/instruction.ts";
import type { LabImage } from "../lab/lab-image.ts";
import { type BaseFacts, noFacts } from "./base-facts.ts";
import { GrowingFacts } from "./installed.ts";
import { knownBase } from "./known-bases.ts";

/**
 * What is known where a stage begins: of the image that it builds on, through the stages of this file, the images
 * of the same lab and the bases that are known.
 */
export function stageFacts(dockerfile: Dockerfile, lab: LabImage, stage: Stage): BaseFacts {
  return new ChainFacts(dockerfile, lab).at(stage);
}

/** The facts of a Dockerfile's stages, each computed once. */
export class ChainFacts {
  readonly #lab: LabImage;
  /** The Dockerfiles between the checked one and this one, this one too: an image cannot be its own base. */
  readonly #above: readonly Dockerfile[];
  readonly #starts = new Map<Stage, BaseFacts>();
  readonly #ends = new Map<Stage, BaseFacts>();

  constructor(dockerfile: Dockerfile, lab: LabImage, above: readonly Dockerfile[] = []) {
    this.#lab = lab;
    this.#above = [...above, dockerfile];
  }

  /** What is known where the stage begins. */
  at(stage: Stage): BaseFacts {
    let facts = this.#starts.get(stage);
    if (!facts) {
      facts = stage.parent ? this.atEnd(stage.parent) : this.#ofBase(stage.resolvedBase);
      this.#starts.set(stage, facts);
    }
    return facts;
  }

  /** What is known where the stage ends: of its base, what it installed, and its ENV. */
  atEnd(stage: Stage): BaseFacts {
    let facts = this.#ends.get(stage);
    if (!facts) {
      const start = this.at(stage);
      const growing = new GrowingFacts(start);
      const environment = new Map(start.environment);
      for (const instruction of stage.instructions) {
        growing.follow(instruction);
        if (instruction.kind !== "ENV" || instruction.onbuild) continue;
        for (const { name, value } of instruction.assignments) {
          if (typeof value === "string") environment.set(name, value);
          else environment.delete(name);
        }
      }
      facts = growing.facts(environment);
      this.#ends.set(stage, facts);
    }
    return facts;
  }

  #ofBase(reference: string | null | undefined): BaseFacts {
    if (!reference || reference === "scratch") return noFacts;
    const workspace = this.#lab.workspaceBase(reference);
    if (!workspace) return knownBase(reference) ?? noFacts;
    const { dockerfile, lab } = workspace;
    const last = dockerfile.stages.at(-1);
    if (!last || this.#above.includes(dockerfile)) return noFacts;
    const facts = new ChainFacts(dockerfile, lab, this.#above).atEnd(last);
    return { ...facts, source: `${reference} of this lab, on ${facts.source}` };
  }
}
