import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../server/lint/edits.ts";
import { lint } from "../../../server/lint/lint.ts";
import type { Rule } from "../../../server/rules/rule.ts";

/** Finds every ENV, under two names. */
function rule(code: string): Rule {
  return {
    code,
    severity: "warning",
    summary: "",
    why: "",
    examples: [],
    fine: [],
    check: ({ dockerfile }) =>
      dockerfile.instructions
        .filter(({ keyword }) => keyword === "ENV")
        .map(({ span }) => ({ span, message: "An ENV." })),
  };
}
const rules = [rule("test/one"), rule("test/two")];

function check(text: string) {
  return lint({ dockerfile: parseDockerfile(text), lab: noLab }, rules);
}

/** `line code` of each finding. */
function found(text: string): string[] {
  const { lines } = parseDockerfile(text);
  return check(text).map(({ span, code }) => `${lines.lineAt(span.start)} ${code}`);
}

describe("a suppression", () => {
  test("above an instruction leaves its findings of that rule out", () => {
    expect(found("FROM a\n# lab-images ignore=test/one: the guide has it\nENV A=b\nENV C=d\n")).toEqual([
      "2 test/two",
      "3 test/one",
      "3 test/two",
    ]);
  });

  test("takes several codes, and other comments around it", () => {
    expect(found("FROM a\n# why\n# lab-images ignore=test/one, test/two\n# more\nENV A=b\n")).toEqual([]);
    expect(found("FROM a\n# lab-images ignore=test/one,test/two: both\nENV A=b\n")).toEqual([]);
  });

  test("between the lines of an instruction counts for it", () => {
    expect(found("FROM a\nENV A=b \\\n  # lab-images ignore=test/one,test/two\n  C=d\n")).toEqual([]);
  });

  test("of the whole file stands above the first instruction", () => {
    expect(found("# lab-images ignore-file=test/one: why\nFROM a\nENV A=b\nENV C=d\n")).toEqual([
      "2 test/two",
      "3 test/two",
    ]);
    expect(found("FROM a\n# lab-images ignore-file=test/one\nENV A=b\nENV C=d\n")).toContain("3 test/one");
  });

  test("that suppresses nothing is a hint, at the code, with a way to delete it", () => {
    const text = "FROM a\n# lab-images ignore=test/one: why\nRUN ls\n";
    const [finding] = check(text);
    expect(finding).toMatchObject({ code: "suppression/unused", severity: "hint" });
    expect(text.slice(finding!.span.start, finding!.span.end)).toBe("test/one");
    expect(applyEdits(text, finding!.fixes![0]!.edits)).toBe("FROM a\nRUN ls\n");
  });

  test("with one code too many loses that one", () => {
    const text = "FROM a\n# lab-images ignore=test/one,test/zero: why\nENV A=b\n";
    const unused = check(text).find(({ code }) => code === "suppression/unused")!;
    expect(unused.message).toContain('no convention "test/zero"');
    expect(applyEdits(text, unused.fixes![0]!.edits)).toBe(
      "FROM a\n# lab-images ignore=test/one: why\nENV A=b\n",
    );
  });

  test("at the end of the file has nothing to suppress", () => {
    expect(found("FROM a\n# lab-images ignore=test/one\n")).toEqual(["1 suppression/unused"]);
  });
});
