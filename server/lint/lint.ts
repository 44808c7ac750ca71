import { type FactSource, Facts } from "../rules/facts.ts";
import type { Finding, ImageUnderCheck, Rule, RuleReport } from "../rules/rule.ts";
import type { SeverityOverrides } from "./severities.ts";
import { applySuppressions } from "./suppressions.ts";
import { unreadFindings } from "./unread.ts";

/** Every finding of the rules in the document's order, suppressed ones left out, and what could not be checked. */
export function lint(
  source: FactSource,
  rules: readonly Rule[],
  overrides: SeverityOverrides = new Map(),
): Finding[] {
  const image: ImageUnderCheck = { ...source, facts: new Facts(source) };
  const findings = collectFindings(rules, overrides, (rule) => rule.check(image));
  const kept = applySuppressions(image.dockerfile, findings, rules, overrides);
  return inOrder([...kept, ...unreadFindings(image.dockerfile)]);
}

/** What the rules report, as findings in the text's order. */
export function collectFindings<R extends Pick<Rule, "code" | "severity">>(
  rules: readonly R[],
  overrides: SeverityOverrides,
  check: (rule: R) => Iterable<RuleReport>,
): Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    const override = overrides.get(rule.code);
    if (override === "off") continue;
    for (const report of check(rule)) {
      findings.push({ ...report, code: rule.code, severity: override ?? report.severity ?? rule.severity });
    }
  }
  return inOrder(findings);
}

function inOrder(findings: Finding[]): Finding[] {
  return findings.sort(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || compare(a.code, b.code),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
