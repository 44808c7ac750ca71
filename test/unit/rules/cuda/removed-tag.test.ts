import { describe, expect, test } from "vitest";
import { removedTag } from "../../../../server/rules/cuda/removed-tag.ts";
import { unknownTag } from "../../../../server/rules/cuda/unknown-tag.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(removedTag);

describe("automatic fixes", () => {
  test.each([
    ["12.2.0-devel-ubuntu22.04", "12.2.2-devel-ubuntu22.04"],
    ["12.0.0-cudnn8-runtime-ubuntu20.04", "12.0.1-cudnn8-runtime-ubuntu20.04"],
    ["11.7.0-runtime-ubuntu20.04", "11.7.1-runtime-ubuntu20.04"],
    ["12.6.2-cudnn-runtime-ubuntu24.04", "12.6.3-cudnn-runtime-ubuntu24.04"],
  ])("%s", (old, next) => {
    expect(fixed(removedTag, `FROM nvidia/cuda:${old} AS a\n`)).toBe(`FROM nvidia/cuda:${next} AS a\n`);
    for (const rule of [removedTag, unknownTag])
      expect(wordsAtFault(rule, `FROM nvidia/cuda:${next}`)).toEqual([]);
  });

  test.each([
    ["11.3.1-cudnn8-devel-ubuntu20.04", "another minor"],
    ["12.1.0-devel-ubuntu18.04", "another OS"],
    ["9.0-cudnn7-devel-ubuntu16.04", "another major"],
    ["11.0-base", "withdrawn, no OS"],
  ])("none for %s: %s", (tag) => {
    const text = `FROM nvidia/cuda:${tag}\n`;
    expect(wordsAtFault(removedTag, text)).toEqual([tag]);
    expect(fixed(removedTag, text)).toBe(text);
    const [finding] = findings(removedTag, text);
    expect(finding?.severity).toBe("warning");
    expect(finding?.fixes?.length).toBeGreaterThan(0);
    expect(finding?.message).toMatch(/\. Write `nvidia\/cuda:.*\.$/);
  });
});

test("every tag is one rule's at most", () => {
  for (const tag of ["12.2", "12.2.0-devel-ubuntu22.04", "10.2-cudnn7-devel-ubuntu18.04", "latest"]) {
    const text = `FROM nvidia/cuda:${tag}`;
    expect(wordsAtFault(removedTag, text).length + wordsAtFault(unknownTag, text).length).toBe(1);
  }
});
