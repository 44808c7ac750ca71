import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveDockerWord, type VariableLookup } from "../../../../core/dockerfile/docker-word.ts";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import type { EnvInstruction } from "../../../../core/dockerfile/instruction.ts";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { legacyFormat } from "../../../../server/rules/env/legacy-format.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(legacyFormat);

const from = "FROM ubuntu:22.04\n";
const repaired = (body: string): string => fixed(legacyFormat, `${from}${body}\n`).slice(from.length, -1);

describe("the new spelling", () => {
  test.each([
    ["ENV A b", "ENV A=b"],
    ["ENV\tA\t\tb", "ENV\tA=b"],
    ["env A   b  ", "env A=b  "],
    ["ENV A b c", 'ENV A="b c"'],
    ["ENV A b  c", 'ENV A="b  c"'],
    ["ENV A b=c", "ENV A=b=c"],
    ["ENV A b=c d=e", 'ENV A="b=c d=e"'],
    ['ENV A "b c"', 'ENV A="b c"'],
    ["ENV A 'b c'", "ENV A='b c'"],
    ['ENV A b "c  d" e', 'ENV A="b c  d e"'],
    ["ENV A b 'c \"d\"'", 'ENV A="b c \\"d\\""'],
    ["ENV A b 'c $D'", 'ENV A="b c \\$D"'],
    ["ENV A b 'c\\d'", 'ENV A="b c\\\\d"'],
    ['ENV A b "it\'s"', 'ENV A="b it\'s"'],
    ["ENV A b\\ c", "ENV A=b\\ c"],
    ["ENV A b\\ c d", 'ENV A="b c d"'],
    ['ENV A \\"b c\\"', 'ENV A="\\"b c\\""'],
    ['ENV A "b \\" c" d', 'ENV A="b \\" c d"'],
    ['ENV A "C:\\d" e', 'ENV A="C:\\d e"'],
    ["ENV A $B", "ENV A=$B"],
    ["ENV A $B c", 'ENV A="$B c"'],
    ['ENV A $B"c" d', 'ENV A="${B}c d"'],
    ["ENV A $B\\c d", 'ENV A="${B}c d"'],
    ['ENV A $"B" c', 'ENV A="\\$B c"'],
    ["ENV A 5$ or more", 'ENV A="5\\$ or more"'],
    ["ENV A ${B:-c d}", 'ENV A="${B:-c d}"'],
    ['ENV A ${B:-"c d"}', 'ENV A=${B:-"c d"}'],
    ["ENV A $1", "ENV A=$1"],
    ['ENV A {"b":1}', 'ENV A={"b":1}'],
    ['ENV A ["b", "c"]', 'ENV A="[b, c]"'],
    ["ENV A b # c", 'ENV A="b # c"'],
    ["ENV A -O2 -march=native \\\n    -g", 'ENV A="-O2 -march=native \\\n    -g"'],
    ["ENV A -O2 \\\n    # why\n    -g", 'ENV A="-O2 \\\n    # why\n    -g"'],
    ["ENV A \\\n    b", "ENV A=b"],
    ["ONBUILD ENV A b c", 'ONBUILD ENV A="b c"'],
    ["ENV $A b", "ENV $A=b"],
  ])("%j", (before, expected) => {
    expect(repaired(before)).toBe(expected);
    expect(wordsAtFault(legacyFormat, `${from}${expected}\n`)).toEqual([]);
  });

  test("backtick as the escape character", () => {
    const text = (line: string) => `# escape=\`\nFROM x\nENV ${line}\n`;
    expect(fixed(legacyFormat, text("P C:\\Program Files\\x"))).toBe(text('P="C:\\Program Files\\x"'));
    expect(fixed(legacyFormat, text("P a 'b`c' `\n  d"))).toBe(text("P a 'b`c' `\n  d"));
    expect(fixed(legacyFormat, text("P a 'b`c$'"))).toBe(text('P="a b``c`$"'));
  });
});

describe("what has no spelling that is sure to be equal", () => {
  test.each([
    ["a quote that is not closed", "ENV A it's"],
    ["an escape at the end", "ENV A b\\\\\\"],
    ["a special parameter among blanks", "ENV A $1 b"],
    ["quotes in braces among blanks", 'ENV A ${B:-"c"} d'],
    ["a quoted name", 'ENV "A" b'],
    ["a comment between name and value", "ENV A \\\n# why\n    b"],
    ["quotes over several lines", 'ENV A "b" \\\n    c'],
  ])("%s", (_, body) => {
    expect(wordsAtFault(legacyFormat, `${from}${body}\n`)).toHaveLength(1);
    expect(repaired(body)).toBe(body);
  });
});

test("a stray equals sign: only the one who asks gets the fix", () => {
  const spelled = (line: string): string | undefined => {
    const text = `${from}${line}\n`;
    const [finding] = findings(legacyFormat, text);
    expect(finding?.fixes?.every((fix) => !fix.automatic)).toBe(true);
    const edits = finding?.fixes?.[0]?.edits;
    return edits && applyEdits(text, edits).slice(from.length, -1);
  };
  expect(spelled("ENV A = b")).toBe("ENV A=b");
  expect(spelled("ENV A =b c")).toBe('ENV A="b c"');
  expect(spelled("ENV A = 'b' c")).toBe('ENV A="b c"');
  expect(spelled("ENV A =")).toBe("ENV A=");
});

test.each(["ENV A=b", "ENV A=b C=d", 'ENV A="b c"', "ENV A", "ENV", "ENV A=", "LABEL a b", "ARG A b"])(
  "is silent on %s",
  (body) => {
    expect(wordsAtFault(legacyFormat, `${from}${body}\n`)).toEqual([]);
  },
);

/** Both forms resolved with the model's own resolver, for variables that are set, empty and not set. */
test("a fix never changes the value", () => {
  const lookups: VariableLookup[] = [(name) => `‹${name}›`, () => "", () => undefined];
  const piece = fc.constantFrom(..."ab= \t\"'\\`${}#:-", "$A", "${A}", "${A:-b c}", '"a b"', "'a b'");
  const values = fc.array(piece, { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(values, fc.constantFrom("\\", "`"), (value, escape) => {
      const text = `# escape=${escape}\nFROM x\nENV NAME ${value}\n`;
      const [finding] = findings(legacyFormat, text);
      const edits = finding?.fixes?.find((fix) => fix.automatic)?.edits;
      if (!edits) return;
      const old = onlyEnv(text);
      const renewed = onlyEnv(applyEdits(text, edits));
      expect(renewed.legacy).toBe(false);
      expect(renewed.assignments.map(({ name }) => name)).toEqual(["NAME"]);
      for (const lookup of lookups) {
        const valueOf = (env: EnvInstruction) => resolveDockerWord(env.assignments[0]!.raw!, escape, lookup);
        expect(valueOf(renewed)).toBe(valueOf(old));
      }
    }),
    { numRuns: 3000 },
  );
});

function onlyEnv(text: string): EnvInstruction {
  const env = parseDockerfile(text).instructions[1];
  if (env?.kind !== "ENV") throw new Error(`no ENV in ${text}`);
  return env;
}
