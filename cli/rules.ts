import { nearestWord } from "../core/nearest-word.ts";
import type { SeverityOverrides } from "../server/lint/severities.ts";
import { unusedSuppression } from "../server/lint/suppressions.ts";
import { ruleCodes } from "../server/rules/known-rules.ts";
import type { Severity } from "../server/rules/rule.ts";

/** A sentence for a code that no rule has: the nearest one, or where to see them all. */
export function noSuchRule(code: string): string {
  // The group is what people leave out.
  const near = ruleCodes.find((each) => each.endsWith(`/${code}`)) ?? nearestWord(code, ruleCodes);
  return `there is no rule "${code}"; ${near === undefined ? '"lab-images explain" lists them all.' : `did you mean "${near}"?`}`;
}

/** The severities with all rules off but the chosen ones, which run even if the lab has them off; none means all. */
export function onlyRules(severities: SeverityOverrides, chosen: ReadonlySet<string>): SeverityOverrides {
  if (chosen.size === 0) return severities;
  const only = new Map<string, Severity | "off">([[unusedSuppression, "off"]]);
  for (const code of ruleCodes) {
    const severity = chosen.has(code) ? severities.get(code) : "off";
    if (severity !== undefined && !(chosen.has(code) && severity === "off")) only.set(code, severity);
  }
  return only;
}
