import { expect, test } from "vitest";
import { fixAll } from "../../../server/lint/fix-all.ts";
import type { Edit, FileEdit, Finding } from "../../../server/rules/rule.ts";

const list: FileEdit = { path: "/lab/list.txt", before: undefined, after: "b\n" };

function finding(code: string, edits: readonly Edit[], otherFile?: FileEdit): Finding {
  const fix = { title: code, automatic: true, edits, ...(otherFile && { otherFile }) };
  return { code, severity: "warning", span: edits[0]!.span, message: code, fixes: [fix] };
}

/** Wants `a` in capitals, and `b` in another file. */
function check(text: string): Finding[] {
  const found: Finding[] = [];
  const a = text.indexOf("a");
  if (a >= 0) found.push(finding("capital", [{ span: { start: a, end: a + 1 }, newText: "A" }]));
  const b = text.indexOf("b");
  if (b >= 0) found.push(finding("elsewhere", [{ span: { start: b, end: b + 1 }, newText: "" }], list));
  return found;
}

test("a fix of two files waits as a whole for one that it meets", () => {
  const { text, otherFiles, remaining, applied } = fixAll("ab", check);
  expect(text).toBe("A");
  expect(otherFiles).toEqual([list]);
  expect(remaining).toEqual([]);
  expect(applied.map(({ finding: { code } }) => code)).toEqual(["capital", "elsewhere"]);
});
