import { ChainFacts } from "../../core/image/facts-along-chain.ts";
import type { FactSource } from "./facts.ts";

/** What is known at the start and at the end of each stage. */
export function chainFacts({ dockerfile, lab }: FactSource): ChainFacts {
  return new ChainFacts(dockerfile, lab);
}
