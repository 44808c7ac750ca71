import { describe, expect, test } from "vitest";
import { libraryPath } from "../../../../server/rules/env/library-path.ts";
import { fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(libraryPath);

const cuda = "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\n";

describe("env/library-path", () => {
  test.each([
    ["in quotes", 'ENV LD_LIBRARY_PATH="/a:/b"\n', 'ENV LD_LIBRARY_PATH="/a:/b:${LD_LIBRARY_PATH}"\n'],
    ["a colon at the end", "ENV LD_LIBRARY_PATH=/a:\n", "ENV LD_LIBRARY_PATH=/a:${LD_LIBRARY_PATH}\n"],
    [
      "a variable in a part",
      "ENV ROOT=/opt/k\nENV LD_LIBRARY_PATH=$ROOT/lib\n",
      "ENV ROOT=/opt/k\nENV LD_LIBRARY_PATH=$ROOT/lib:${LD_LIBRARY_PATH}\n",
    ],
    [
      "behind another variable",
      "ENV A=1 LD_LIBRARY_PATH=/x\n",
      "ENV A=1 LD_LIBRARY_PATH=/x:${LD_LIBRARY_PATH}\n",
    ],
    [
      "in an ONBUILD",
      "ONBUILD ENV LD_LIBRARY_PATH=/x\n",
      "ONBUILD ENV LD_LIBRARY_PATH=/x:${LD_LIBRARY_PATH}\n",
    ],
  ])("is extended: %s", (_, bad, good) => {
    expect(wordsAtFault(libraryPath, cuda + bad)).toHaveLength(1);
    expect(fixed(libraryPath, cuda + bad)).toBe(cuda + good);
  });

  test.each([
    ["cleared on purpose", "ENV LD_LIBRARY_PATH=\n"],
    ["cleared, in quotes", 'ENV LD_LIBRARY_PATH=""\n'],
    ["another variable", "ENV LIBRARY_PATH=/x\n"],
    ["a part that may hold the old value", "ARG OLD\nENV LD_LIBRARY_PATH=/x:${OLD}\n"],
    ["extended where it is set", "ENV LD_LIBRARY_PATH=/x${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\n"],
    ["for one command", "RUN LD_LIBRARY_PATH=/x make\n"],
  ])("is left alone: %s", (_, text) => {
    expect(wordsAtFault(libraryPath, cuda + text)).toEqual([]);
  });

  test("a toolkit from a package sets no path that could be lost", () => {
    const text =
      "FROM ubuntu:22.04 AS a\nRUN apt-get install -y cuda-toolkit-12-4\nFROM a\nENV LD_LIBRARY_PATH=/usr/local/cuda/lib64\n";
    expect(wordsAtFault(libraryPath, text)).toEqual([]);
  });

  test("a CUDA base whose tag is not known", () => {
    const text = "ARG CUDA\nFROM nvidia/cuda:${CUDA}-devel-ubuntu22.04\nENV LD_LIBRARY_PATH=/x\n";
    expect(wordsAtFault(libraryPath, text)).toEqual(["LD_LIBRARY_PATH=/x"]);
  });
});
