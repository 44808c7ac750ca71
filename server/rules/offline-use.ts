import { builtOnText } from "./built-on.ts";
import type { FactSource, Facts } from "./facts.ts";

/**
 * Where the last command of a file is told to work offline, with what earlier ones left in its cache; -1 for none,
 * infinite where an image that builds on this one has it.
 */
export function lastOfflineUse({ dockerfile }: FactSource, facts: Facts): number {
  if (offline.test(facts.get(builtOnText))) return Number.POSITIVE_INFINITY;
  return [...dockerfile.text.matchAll(new RegExp(offline, "gi"))].at(-1)?.index ?? -1;
}

const offline = /--offline\b|\b(?:uv|npm_config|conda)_offline\b/i;
