import { describe, expect, test } from "vitest";
import { parseBuildScript } from "../../../core/lab/build-script.ts";
import { lostOf } from "../../../core/lab/folder-build.ts";
import type { LabValues } from "../../../core/lab/lab-image.ts";
import { fixAll } from "../../../server/lint/fix-all.ts";
import { lintScript, type ScriptLintOptions } from "../../../server/lint/lint-script.ts";
import type { Finding } from "../../../server/rules/rule.ts";
import type { ScriptRule } from "../../../server/script-rules/script-rule.ts";

/** Lints a script with one rule. */
export function scriptFindings(rule: ScriptRule, text: string, values: LabValues = {}): Finding[] {
  return lintScriptText(text, values, { rules: [rule] });
}

/** Lints a script's text, with every rule unless told otherwise. */
export function lintScriptText(
  text: string,
  values: LabValues = {},
  options: ScriptLintOptions = {},
): Finding[] {
  const script = parseBuildScript(text, "/lab");
  return script
    ? lintScript(script, values, { lost: lostOf(script, "build", "/lab", () => true), ...options })
    : [];
}

/** The words at fault, in order. */
export function scriptWords(rule: ScriptRule, text: string, values: LabValues = {}): string[] {
  return scriptFindings(rule, text, values).map(({ span }) => text.slice(span.start, span.end));
}

/** `text` after the rule's automatic fixes. */
export function fixedScript(rule: ScriptRule, text: string, values: LabValues = {}): string {
  return fixAll(text, (current) => scriptFindings(rule, current, values)).text;
}

/** Holds a rule for scripts to its own examples. */
export function testScriptRule(rule: ScriptRule): void {
  const values = rule.exampleLab ?? {};
  describe(rule.code, () => {
    for (const { title, bad, good, at } of rule.examples) {
      test(title, () => {
        expect(scriptWords(rule, bad, values)).toEqual(at);
        for (const { message } of scriptFindings(rule, bad, values)) expect(message).toMatch(/^\S.*[.?]$/s);
        const after = fixedScript(rule, bad, values);
        expect(after).toBe(good ?? bad);
        if (good !== undefined) expect(scriptFindings(rule, after, values)).toEqual([]);
      });
    }
    rule.fine.forEach((text, index) => {
      test(`finds nothing in right answer ${index + 1}`, () => {
        expect(scriptWords(rule, text, values)).toEqual([]);
      });
    });
  });
}
