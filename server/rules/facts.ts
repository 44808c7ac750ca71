import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";

/** What facts are computed from: one version of a Dockerfile, and what its lab says of it. */
export interface FactSource {
  readonly dockerfile: Dockerfile;
  readonly lab: LabImage;
}

/**
 * Something that several rules ask about an image, as a pure function; the function itself is its key. It asks
 * `facts` for what it builds on.
 */
export type Fact<T> = (source: FactSource, facts: Facts) => T;

/** The facts of one check, each computed when a rule first asks and then shared by all. */
export class Facts {
  readonly #source: FactSource;
  readonly #known = new Map<Fact<unknown>, unknown>();

  constructor(source: FactSource) {
    this.#source = source;
  }

  get<T>(fact: Fact<T>): T {
    if (!this.#known.has(fact)) this.#known.set(fact, fact(this.#source, this));
    return this.#known.get(fact) as T;
  }
}
