import { type FactSource, Facts } from "../rules/facts.ts";
import type { Edit, Finding, ImageUnderCheck, Rule, RuleReport } from "../rules/rule.ts";
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
  const offered = new Set<readonly Edit[]>();
  for (const rule of rules) {
    const override = overrides.get(rule.code);
    if (override === "off") continue;
    for (const report of check(rule)) {
      const severity = override ?? report.severity ?? rule.severity;
      findings.push({ ...withoutRepeated(report, offered), code: rule.code, severity });
    }
  }
  return inOrder(findings);
}

function inOrder(findings: Finding[]): Finding[] {
  return findings.sort(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || compare(a.code, b.code),
  );
}

/** A fix of more edits than these that many findings share is offered at the first of them. */
const maximumRepeated = 100;

/** Written out at every finding, a fix that puts all of them right would grow with the square of the file. */
function withoutRepeated(report: RuleReport, offered: Set<readonly Edit[]>): RuleReport {
  if (!report.fixes?.some(({ edits }) => edits.length > maximumRepeated)) return report;
  const { fixes, ...rest } = report;
  const fresh = fixes.filter(({ edits }) => edits.length <= maximumRepeated || !offered.has(edits));
  for (const { edits } of fresh) offered.add(edits);
  return fresh.length > 0 ? { ...rest, fixes: fresh } : rest;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
