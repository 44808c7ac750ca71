import { describe, expect, test } from "vitest";
import type { BuildContext } from "../../../core/context/build-context.ts";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { fixAll } from "../../../server/lint/fix-all.ts";
import { lint } from "../../../server/lint/lint.ts";
import type { Finding, Rule } from "../../../server/rules/rule.ts";

/** Lints `text` with one rule. */
export function findings(rule: Rule, text: string, lab: LabImage = noLab): Finding[] {
  const dockerfile = parseDockerfile(text, lab);
  return lint({ dockerfile, lab }, [rule]);
}

/** The words at fault, in order. */
export function wordsAtFault(rule: Rule, text: string, lab: LabImage = noLab): string[] {
  return findings(rule, text, lab).map(({ span }) => text.slice(span.start, span.end));
}

/** `text` after the rule's automatic fixes. */
export function fixed(rule: Rule, text: string, lab: LabImage = noLab): string {
  return fixAll(text, (current) => findings(rule, current, lab)).text;
}

/**
 * Holds a rule to its own examples, with `\n` and with `\r\n`; `context` is the folder that they stand in, `image` what
 * a lab says of them.
 */
export function testRule(rule: Rule, context?: BuildContext, image: LabImage = noLab): void {
  const lab: LabImage = { ...image, values: rule.exampleLab ?? {}, ...(context && { context }) };
  describe(rule.code, () => {
    for (const [lineEnds, convert] of lineEndings) {
      for (const example of rule.examples) {
        test(`${example.title} (${lineEnds})`, () => {
          const bad = convert(example.bad);
          expect(wordsAtFault(rule, bad, lab)).toEqual(example.at.map(convert));
          for (const finding of findings(rule, bad, lab)) expect(finding.message).toMatch(/^\S.*[.?]$/s);
          const after = fixed(rule, bad, lab);
          if (example.good === undefined) {
            expect(after).toBe(bad);
            return;
          }
          expect(after).toBe(convert(example.good));
          expect(findings(rule, after, lab).filter(hasAutomaticFix)).toEqual([]);
        });
      }
      rule.fine.forEach((text, index) => {
        test(`finds nothing in right answer ${index + 1} (${lineEnds}): ${text.slice(0, 60)}`, () => {
          expect(wordsAtFault(rule, convert(text), lab)).toEqual([]);
        });
      });
    }
  });
}

const lineEndings: readonly (readonly [string, (text: string) => string])[] = [
  ["LF", (text) => text],
  ["CRLF", (text) => text.replace(/\n/g, "\r\n")],
];

function hasAutomaticFix(finding: Finding): boolean {
  return finding.fixes?.some((fix) => fix.automatic) ?? false;
}
