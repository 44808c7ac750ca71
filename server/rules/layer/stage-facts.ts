import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { Copies } from "./copied.ts";
import { Places } from "./place.ts";
import { Writes } from "./writes.ts";

/** What is worked out once for a file: who runs where, what was copied where, and what may write where. */
export interface StageFacts {
  readonly dockerfile: Dockerfile;
  readonly places: Places;
  readonly copies: Copies;
  readonly writes: Writes;
}

/** The facts of one file. */
export function stageFacts(dockerfile: Dockerfile): StageFacts {
  const places = new Places(dockerfile);
  return { dockerfile, places, copies: new Copies(dockerfile, places), writes: new Writes(places) };
}
