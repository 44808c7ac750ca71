import type { Edit, FileEdit, Finding, Fix } from "../rules/rule.ts";
import { ApartEdits, applyEdits, composed, sorted } from "./edits.ts";

/** What applying every automatic fix gives. */
export interface FixedText {
  readonly text: string;
  /** What turns the text before into {@link text}, in order. */
  readonly edits: readonly Edit[];
  /** The findings whose fixes were applied, pass after pass. */
  readonly applied: readonly { readonly finding: Finding; readonly fix: Fix }[];
  /** What is left once {@link text} and {@link otherFiles} are written. */
  readonly remaining: readonly Finding[];
  /** Changes of other files, the last one for each path. */
  readonly otherFiles: readonly FileEdit[];
}

/** More passes than fixes can wait for each other; a guard, not a budget. */
const maximumPasses = 20;

/**
 * Applies the automatic fixes until none is left. Fixes that touch each other's text wait for the next pass,
 * where they are found anew. `check` lints a text.
 */
export function fixAll(
  text: string,
  check: (text: string) => readonly Finding[],
  only?: (code: string) => boolean,
): FixedText {
  const applied: { finding: Finding; fix: Fix }[] = [];
  const otherFiles = new Map<string, FileEdit>();
  let current = text;
  let edits: readonly Edit[] = [];
  let findings = check(current);
  for (let passes = 0; passes < maximumPasses; passes++) {
    const taken = new ApartEdits();
    for (const finding of findings) {
      if (only && !only(finding.code)) continue;
      const fix = finding.fixes?.find((each) => each.automatic);
      if (!fix) continue;
      const { edits: wanted, otherFile } = fix;
      if (otherFile ? otherFiles.has(otherFile.path) : wanted.length === 0) continue;
      if (!taken.add(wanted)) continue;
      if (otherFile) otherFiles.set(otherFile.path, otherFile);
      applied.push({ finding, fix });
    }
    if (taken.edits.length === 0) break;
    const pass = sorted(taken.edits);
    edits = composed(edits, current, pass);
    current = applyEdits(current, pass);
    findings = check(current);
  }
  // A finding that another file puts right is still found in this text: the other file is not written yet.
  const elsewhere = applied.filter(({ fix }) => fix.otherFile).map(({ finding }) => finding);
  const remaining = findings.filter((each) => !elsewhere.some((done) => isSame(each, done)));
  return { text: current, edits, applied, remaining, otherFiles: [...otherFiles.values()] };
}

/** Whether two findings say the same; their places may have moved between passes. */
function isSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.message === b.message;
}
