import { describe, expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import { fixAll } from "../../../server/lint/fix-all.ts";
import { lintManifest } from "../../../server/lint/lint-manifest.ts";
import { severityOverrides } from "../../../server/lint/severities.ts";
import { allManifestRules } from "../../../server/manifest-rules/all-manifest-rules.ts";
import type { ManifestRule } from "../../../server/manifest-rules/manifest-rule.ts";
import type { Finding } from "../../../server/rules/rule.ts";
import { memoryFiles } from "../lab/memory-files.ts";

/** Files of a lab, by path from its root. */
export type LabContent = Readonly<Record<string, string>>;

/** What the folder of the examples holds. */
const exampleLab: LabContent = {
  "base/Dockerfile": "ARG BASE_IMG=ubuntu:22.04\nFROM ${BASE_IMG}\n",
  "torch/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
};

/** Lints a manifest in a folder, by the severities that it gives itself. */
export function manifestFindings(
  text: string,
  content: LabContent = exampleLab,
  rules: readonly ManifestRule[] = allManifestRules,
): Finding[] {
  const files = Object.entries({ ...content, "lab-images.json": text });
  const lab = new Lab(
    "/lab",
    memoryFiles(Object.fromEntries(files.map(([path, each]) => [`/lab/${path}`, each]))),
  );
  return lintManifest(lab.manifest!, lab, severityOverrides(lab.manifest), rules);
}

/** Code and words at fault of each finding, in order. */
export function manifestWords(text: string, content?: LabContent): [code: string, words: string][] {
  return manifestFindings(text, content).map(({ code, span }) => [code, text.slice(span.start, span.end)]);
}

/** `text` after the automatic fixes. */
export function fixedManifest(text: string, content?: LabContent): string {
  return fixAll(text, (current) => manifestFindings(current, content)).text;
}

/** Holds a rule for manifests to its own examples, with `\n` and with `\r\n`. */
export function testManifestRule(rule: ManifestRule): void {
  const findings = (text: string) => manifestFindings(text, exampleLab, [rule]);
  const wordsIn = (text: string) => findings(text).map(({ span }) => text.slice(span.start, span.end));
  describe(rule.code, () => {
    for (const lineEnd of ["\n", "\r\n"]) {
      const convert = (text: string) => text.replaceAll("\n", lineEnd);
      for (const { title, bad, good, at } of rule.examples) {
        test(`${title} (${JSON.stringify(lineEnd)})`, () => {
          const text = convert(bad);
          expect(wordsIn(text)).toEqual(at);
          for (const { message } of findings(text)) expect(message).toMatch(/^\S.*[.?]$/s);
          const after = fixAll(text, findings).text;
          expect(after).toBe(convert(good ?? bad));
          if (good !== undefined) expect(findings(after)).toEqual([]);
        });
      }
      rule.fine.forEach((text, index) => {
        test(`finds nothing in right answer ${index + 1} (${JSON.stringify(lineEnd)})`, () => {
          expect(wordsIn(convert(text))).toEqual([]);
        });
      });
    }
  });
}
