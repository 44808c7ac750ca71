import type { FactSource } from "./facts.ts";

/** Where the last command of a file is told to work offline, with what earlier ones left in its cache; -1 for none. */
export function lastOfflineUse({ dockerfile }: FactSource): number {
  return [...dockerfile.text.matchAll(/--offline\b|\b\w+_offline\b/gi)].at(-1)?.index ?? -1;
}
