import type { FactSource } from "./facts.ts";

/** What the lab's Dockerfiles say that build on this image, in one text; empty where none does. */
export function builtOnText({ lab }: FactSource): string {
  return lab.textsBuiltOn().join("\n");
}
