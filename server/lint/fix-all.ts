import type { Edit, FileEdit, Finding, Fix } from "../rules/rule.ts";

/** What applying every automatic fix gives. */
export interface FixedText {
  readonly text: string;
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
  let findings = check(current);
  for (let pass = 0; pass < maximumPasses; pass++) {
    const taken: Edit[] = [];
    for (const finding of findings) {
      if (only && !only(finding.code)) continue;
      const fix = finding.fixes?.find((each) => each.automatic);
      if (!fix) continue;
      if (fix.otherFile) {
        if (otherFiles.has(fix.otherFile.path)) continue;
        otherFiles.set(fix.otherFile.path, fix.otherFile);
        applied.push({ finding, fix });
      }
      if (fix.edits.length === 0 || fix.edits.some((edit) => taken.some((other) => touches(edit, other))))
        continue;
      taken.push(...fix.edits);
      if (!fix.otherFile) applied.push({ finding, fix });
    }
    if (taken.length === 0) break;
    current = applyEdits(current, taken);
    findings = check(current);
  }
  // A finding that another file puts right is still found in this text: the other file is not written yet.
  const elsewhere = applied.filter(({ fix }) => fix.otherFile).map(({ finding }) => finding);
  const remaining = findings.filter((each) => !elsewhere.some((done) => isSame(each, done)));
  return { text: current, applied, remaining, otherFiles: [...otherFiles.values()] };
}

/** Whether two findings say the same; their places may have moved between passes. */
function isSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.message === b.message;
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = "";
  let at = 0;
  for (const { span, newText } of ordered) {
    result += text.slice(at, span.start) + newText;
    at = span.end;
  }
  return result + text.slice(at);
}

/** Two edits in the same pass must not even meet: at the same place their order would be a guess. */
function touches(a: Edit, b: Edit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}
