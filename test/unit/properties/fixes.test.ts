import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../server/lint/edits.ts";
import { fixAll } from "../../../server/lint/fix-all.ts";
import { lint } from "../../../server/lint/lint.ts";
import { unusedSuppression } from "../../../server/lint/suppressions.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import type { Finding } from "../../../server/rules/rule.ts";
import { baseBecomesKnown } from "../lint/base-becomes-known.ts";
import { dockerfiles } from "./dockerfile-generator.ts";
import { numberOfRuns, timeLimit } from "./runs.ts";

/** How many Dockerfiles each property is tried on; `npm run fuzz` asks for more. */
const numRuns = numberOfRuns(400);
const timeout = timeLimit(numRuns);

function check(text: string): Finding[] {
  return lint({ dockerfile: parseDockerfile(text), lab: noLab }, allRules);
}

/** Instructions without their arguments, and shell that was not understood: what a fix may not break. */
function shape(text: string): { keywords: string[]; errors: number } {
  let errors = 0;
  const { instructions } = parseDockerfile(text);
  for (const each of instructions) {
    if (each.kind !== "RUN") continue;
    for (const { tree } of each.shell.scripts)
      errors += "errors" in tree && Array.isArray(tree.errors) ? tree.errors.length : 0;
  }
  return {
    keywords: instructions.map(({ keyword }) => keyword).filter((keyword) => keyword !== "RUN"),
    errors,
  };
}

function countOf(findings: readonly Finding[], code: string): number {
  return findings.filter((each) => each.code === code).length;
}

describe("over generated Dockerfiles", () => {
  test(
    "each fix clears its finding, brings no other, and leaves the rest of the file understood",
    () => {
      fc.assert(
        fc.property(dockerfiles, (text) => {
          const before = check(text);
          const codes = new Set(before.map(({ code }) => code));
          for (const finding of before) {
            for (const fix of finding.fixes ?? []) {
              if (fix.edits.length === 0) continue;
              const after = applyEdits(text, fix.edits);
              const findings = check(after);
              const what = `${finding.code} (${fix.title}):\n${after}`;
              expect(countOf(findings, finding.code), what).toBeLessThan(countOf(before, finding.code));
              for (const { code } of findings) {
                // A suppression may have nothing left to suppress: that is the fix's good work.
                if (code === unusedSuppression || baseBecomesKnown(finding.code, code)) continue;
                expect(countOf(findings, code), `${code} after ${what}`).toBeLessThanOrEqual(
                  codes.has(code) ? countOf(before, code) : 0,
                );
              }
              expect(shape(after).errors, what).toBeLessThanOrEqual(shape(text).errors);
            }
          }
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test(
    "all fixes together leave none, a second run changes nothing, and line ends stay",
    () => {
      fc.assert(
        fc.property(dockerfiles, (text) => {
          const fixed = fixAll(text, check);
          const left = fixed.remaining.filter(({ fixes }) =>
            fixes?.some((fix) => fix.automatic && fix.edits.length > 0),
          );
          expect(left, fixed.text).toEqual([]);
          expect(fixAll(fixed.text, check).text).toBe(fixed.text);
          expect(shape(fixed.text).keywords.filter((each) => each !== "OTHER")).toEqual(
            shape(text).keywords.filter((each) => each !== "OTHER"),
          );
          if (text.includes("\r\n")) expect(/[^\r]\n/.test(fixed.text), fixed.text).toBe(false);
          else expect(fixed.text.includes("\r")).toBe(false);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test(
    "the edits of a fix do not overlap, and lie in the file",
    () => {
      fc.assert(
        fc.property(dockerfiles, (text) => {
          for (const { fixes, span } of check(text)) {
            expect(span.start).toBeLessThanOrEqual(span.end);
            expect(span.end).toBeLessThanOrEqual(text.length);
            for (const { edits } of fixes ?? []) {
              const ordered = [...edits].sort((a, b) => a.span.start - b.span.start);
              ordered.forEach((edit, index) => {
                const next = ordered[index + 1];
                if (next) expect(edit.span.end).toBeLessThanOrEqual(next.span.start);
              });
            }
          }
        }),
        { numRuns },
      );
    },
    timeout,
  );
});
