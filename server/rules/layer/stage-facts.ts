import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { FactSource, Facts } from "../facts.ts";
import { Copies } from "./copied.ts";
import { places as knownPlaces, type Places } from "./place.ts";
import { Writes } from "./writes.ts";

/** What is worked out once for a file: who runs where, what was copied where, and what may write where. */
export interface StageFacts {
  readonly dockerfile: Dockerfile;
  readonly places: Places;
  readonly copies: Copies;
  readonly writes: Writes;
}

/** The facts of one file. */
export function stageFacts({ dockerfile }: FactSource, facts: Facts): StageFacts {
  const places = facts.get(knownPlaces);
  return { dockerfile, places, copies: new Copies(dockerfile, places), writes: new Writes(places) };
}
