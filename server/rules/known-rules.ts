import { allManifestRules } from "../manifest-rules/all-manifest-rules.ts";
import { allScriptRules } from "../script-rules/all-script-rules.ts";
import { allRules } from "./all-rules.ts";
import type { KnownRule } from "./rule-page.ts";

/** Every rule for Dockerfiles, build scripts and manifests, in the order of the conventions; one for each code. */
export const knownRules: readonly KnownRule[] = byCode([
  ...allRules.map((rule) => ({ rule, language: "dockerfile" as const })),
  ...allManifestRules.map((rule) => ({ rule, language: "jsonc" as const })),
  ...allScriptRules.map((rule) => ({ rule, language: "sh" as const })),
]);

/** Their codes. */
export const ruleCodes: readonly string[] = knownRules.map(({ rule }) => rule.code);

function byCode(rules: readonly Omit<KnownRule, "also">[]): KnownRule[] {
  const groups = new Map<string, Omit<KnownRule, "also">[]>();
  for (const each of rules) groups.set(each.rule.code, [...(groups.get(each.rule.code) ?? []), each]);
  return [...groups.values()].map((group) => {
    // What the manifest's rule says is said for all.
    const main = group.find(({ language }) => language === "jsonc") ?? group[0]!;
    return { ...main, also: group.filter((each) => each !== main) };
  });
}
