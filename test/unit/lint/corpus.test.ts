import { readdirSync, readFileSync } from "node:fs";
import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../server/lint/edits.ts";
import { fixAll } from "../../../server/lint/fix-all.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import type { Finding } from "../../../server/rules/rule.ts";
import { baseBecomesKnown } from "./base-becomes-known.ts";

const folder = "test/fixtures/corpus";
const service = DockerfileLanguageServiceFactory.createLanguageService();

/** A lab with everything set: no rule is silent for want of a value. */
const lab: LabImage = {
  ...noLab,
  values: {
    aptMirror: "ubuntu.ethz.ch",
    storage: "/cvlabdata2/home/someone",
    gpuDriver: "470.82",
    gpuArch: ["7.0", "8.0"],
    allowedRegistries: ["docker.io/nvidia", "nvcr.io"],
    registry: "ic-registry.epfl.ch/cvlab/someone",
    user: "someone",
    timezone: "Europe/Zurich",
  },
};

function check(text: string): Finding[] {
  return lint({ dockerfile: parseDockerfile(text, lab), lab }, allRules);
}

/** Syntax findings of a parser that is not ours, without places. */
function syntaxFindings(text: string): string[] {
  return service
    .validate(text)
    .map(({ code, message }) => `${code} ${message}`)
    .sort();
}

/** Shell that was not understood to its end. */
function shellErrors(text: string): number {
  let errors = 0;
  for (const each of parseDockerfile(text).instructions) {
    if (each.kind !== "RUN") continue;
    for (const { tree } of each.shell.scripts)
      errors += "errors" in tree && Array.isArray(tree.errors) ? tree.errors.length : 0;
  }
  return errors;
}

function counts(findings: readonly Finding[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { code } of findings) found.set(code, (found.get(code) ?? 0) + 1);
  return found;
}

describe("on the corpus", () => {
  const seen = new Map<string, number>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${name}`, "utf8");

    test(`${name}: every fix alone clears its finding and brings no other`, () => {
      const before = check(text);
      const countsBefore = counts(before);
      for (const [code, count] of countsBefore) seen.set(code, (seen.get(code) ?? 0) + count);
      for (const finding of before) {
        for (const fix of finding.fixes ?? []) {
          if (fix.edits.length === 0) continue;
          const after = applyEdits(text, fix.edits);
          const countsAfter = counts(check(after));
          expect(countsAfter.get(finding.code) ?? 0, `${finding.code}: ${fix.title}`).toBeLessThan(
            countsBefore.get(finding.code)!,
          );
          for (const [code, count] of countsAfter) {
            if (baseBecomesKnown(finding.code, code)) continue;
            expect(count, `${finding.code} (${fix.title}) brings ${code}`).toBeLessThanOrEqual(
              countsBefore.get(code) ?? 0,
            );
          }
          expect(shellErrors(after), fix.title).toBeLessThanOrEqual(shellErrors(text));
          expect(
            syntaxFindings(after).filter((each) => !syntaxFindings(text).includes(each)),
            fix.title,
          ).toEqual([]);
        }
      }
    });

    test(`${name}: all fixes together leave nothing automatic, and a second run changes nothing`, () => {
      const fixed = fixAll(text, check);
      expect(
        fixed.remaining.filter(({ fixes }) => fixes?.some((fix) => fix.automatic && fix.edits.length > 0)),
      ).toEqual([]);
      expect(fixAll(fixed.text, check).text).toBe(fixed.text);
      expect(syntaxFindings(fixed.text).filter((each) => !syntaxFindings(text).includes(each))).toEqual([]);
      expect(shellErrors(fixed.text)).toBeLessThanOrEqual(shellErrors(text));
      expect(/\r\n/.test(fixed.text)).toBe(/\r\n/.test(text));
      if (!/[^\r]\n/.test(text)) expect(/[^\r]\n/.test(fixed.text)).toBe(false);
    });
  }

  test("every rule finds something", () => {
    // Some rules look at the files beside a Dockerfile or at the lab's other images, and the corpus has none.
    const elsewhere = /^(?:context|image)\/|^pip\/job-requirement$/;
    const lookingHere = allRules.map(({ code }) => code).filter((code) => !elsewhere.test(code));
    expect(lookingHere.filter((code) => !seen.has(code))).toEqual([]);
  });
});
