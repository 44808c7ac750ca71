import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineIndex } from "../../../core/dockerfile/span.ts";
import { changedLines } from "../../../server/features/fix-all.ts";
import { ApartEdits, applyEdits, composed, sorted } from "../../../server/lint/edits.ts";
import type { Edit } from "../../../server/rules/rule.ts";

const texts = fc
  .array(fc.constantFrom("a", "bc", "\n", "\r\n", " ", "RUN x\n"), { maxLength: 30 })
  .map((parts) => parts.join(""));

/** Edits of a text that do not meet, as fixes are taken. */
function editsOf(text: string): fc.Arbitrary<Edit[]> {
  const offset = fc.nat(text.length);
  const edit = fc
    .tuple(offset, offset, texts)
    .map(([a, b, newText]): Edit => ({ span: { start: Math.min(a, b), end: Math.max(a, b) }, newText }));
  return fc.array(edit, { maxLength: 6 }).map((edits) => {
    const apart = new ApartEdits();
    for (const each of edits) apart.add([each]);
    return sorted(apart.edits);
  });
}

const twoPasses = texts.chain((text) =>
  editsOf(text).chain((first) => editsOf(applyEdits(text, first)).map((second) => ({ text, first, second }))),
);

describe("edits", () => {
  test("of two passes, done at once, give the same text", () => {
    fc.assert(
      fc.property(twoPasses, ({ text, first, second }) => {
        const between = applyEdits(text, first);
        const both = composed(first, between, second);
        expect(applyEdits(text, both)).toBe(applyEdits(between, second));
        both.forEach(({ span }, at) => {
          expect(span.start).toBeGreaterThanOrEqual(both[at - 1]?.span.end ?? 0);
        });
      }),
    );
  });

  test("as lines give the same text", () => {
    fc.assert(
      fc.property(twoPasses, ({ text, first }) => {
        const changed = changedLines({ text, lines: new LineIndex(text) }, first);
        expect(applyEdits(text, changed)).toBe(applyEdits(text, first));
      }),
    );
  });

  test("as lines leave alone the lines that do not change", () => {
    const text = "one\ntwo\nthree\nfour\n";
    const edits = [
      { span: { start: 0, end: 8 }, newText: "one\n2\n" },
      { span: { start: 14, end: 14 }, newText: "middle\n" },
    ];
    expect(changedLines({ text, lines: new LineIndex(text) }, edits)).toEqual([
      { span: { start: 4, end: 8 }, newText: "2\n" },
      { span: { start: 14, end: 14 }, newText: "middle\n" },
    ]);
  });

  test("that meet one that was taken wait, near and far", () => {
    const apart = new ApartEdits();
    const at = (start: number, end: number): Edit => ({ span: { start, end }, newText: "" });
    expect(apart.add([at(100, 3000)])).toBe(true);
    expect(apart.add([at(3000, 3001)])).toBe(false);
    expect(apart.add([at(2000, 2000)])).toBe(false);
    expect(apart.add([at(3002, 3002), at(99, 99), at(50, 100)])).toBe(false);
    expect(apart.add([at(3002, 3002), at(99, 99)])).toBe(true);
    expect(apart.edits).toHaveLength(3);
  });
});
