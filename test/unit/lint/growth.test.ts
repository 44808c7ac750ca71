import { expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import type { Rule } from "../../../server/rules/rule.ts";

const few = 150;
const many = 2 * few;

/** How long everything is that is said of an example whose body comes again and again. */
function saidOf(rule: Rule, bad: string, times: number): number {
  const from = /^FROM.*\n/m.exec(bad);
  const head = from ? from.index + from[0].length : 0;
  const text = bad.slice(0, head) + bad.slice(head).repeat(times);
  const lab = { ...noLab, values: rule.exampleLab ?? {} };
  return JSON.stringify(lint({ dockerfile: parseDockerfile(text, lab), lab }, [rule])).length;
}

// A fix that puts all of them right, repeated at each, once made of a file of 1 MB more than memory holds.
test.each(allRules.filter(({ examples }) => examples.length > 0))(
  "what is said of a file grows as the file does: $code",
  (rule) => {
    for (const { bad } of rule.examples)
      expect(saidOf(rule, bad, many)).toBeLessThan(2.3 * saidOf(rule, bad, few) + 10_000);
  },
  30_000,
);
