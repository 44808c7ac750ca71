import { describe, expect, test } from "vitest";
import { Lab } from "../../../../core/lab/lab.ts";
import { cycle } from "../../../../server/rules/image/cycle.ts";
import { memoryFiles } from "../../lab/memory-files.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

/** The lab of these files, by path from its root. */
function labOf(content: Readonly<Record<string, string>>): Lab {
  const files = Object.entries(content).map(([path, text]) => [`/lab/${path}`, text]);
  return new Lab("/lab", memoryFiles(Object.fromEntries(files)));
}

const script = "docker build -t lab/base:1 base\ndocker build -t lab/torch:1 torch\n";
const example = labOf({ "base/Dockerfile": "FROM lab/base:1\n", build: script });
testRule(cycle, undefined, example.image("/lab/base/Dockerfile"));

describe("image/cycle", () => {
  const lab = labOf({
    "base/Dockerfile": "FROM lab/torch:1\n",
    "torch/Dockerfile": "ARG BASE\nFROM scratch AS empty\nFROM ${BASE}\n",
    build: script.replace("torch\n", "torch --build-arg BASE=lab/base:1\n"),
  });

  test("tells each image of the circle, at its FROM", () => {
    const base = lab.image("/lab/base/Dockerfile");
    expect(wordsAtFault(cycle, "FROM lab/torch:1 AS a\nFROM a\n", base)).toEqual(["lab/torch:1"]);
    expect(findings(cycle, "FROM lab/torch:1\n", base)[0]?.message).toContain("base → torch → base");
    const torch = lab.image("/lab/torch/Dockerfile");
    expect(wordsAtFault(cycle, "ARG BASE\nFROM ${BASE}\n", torch)).toEqual(["${BASE}"]);
  });

  test("is silent of another Dockerfile in the same folder, and of what the manifest gives", () => {
    const twoFiles = labOf({
      "base/Dockerfile": "FROM lab/base:cpu\n",
      "base/cpu.Dockerfile": "FROM ubuntu:22.04\n",
      build: "docker build -t lab/base:cpu -f base/cpu.Dockerfile base\ndocker build -t lab/base:1 base\n",
    });
    expect(wordsAtFault(cycle, "FROM lab/base:cpu\n", twoFiles.image("/lab/base/Dockerfile"))).toEqual([]);
    const manifest = labOf({
      "base/Dockerfile": "ARG B\nFROM $B\n",
      "lab-images.json": '{ "images": { "base": { "args": { "B": "${image:base}" } } } }',
    });
    expect(wordsAtFault(cycle, "ARG B\nFROM $B\n", manifest.image("/lab/base/Dockerfile"))).toEqual([]);
  });
});
