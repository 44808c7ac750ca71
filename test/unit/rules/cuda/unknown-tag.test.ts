import { describe, expect, test } from "vitest";
import { isCudaRepository, judgeCudaTag } from "../../../../core/cuda/tags.ts";
import { parseImageReference } from "../../../../core/image/reference.ts";
import { type LabImage, noLab } from "../../../../core/lab/lab-image.ts";
import { unknownTag } from "../../../../server/rules/cuda/unknown-tag.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(unknownTag);

const digest = `sha256:${"0a".repeat(32)}`;
const given = (...args: [string, string | null][]): LabImage => ({ ...noLab, buildArguments: new Map(args) });

describe("words at fault", () => {
  test.each([
    ["FROM nvidia/cuda:latest", ["latest"]],
    ["FROM nvidia/cuda AS base", ["nvidia/cuda"]],
    ["from --platform=linux/amd64 docker.io/nvidia/cuda:12.2 as base", ["12.2"]],
    ["FROM nvcr.io/nvidia/cuda:12.2", ["12.2"]],
    ['FROM "nvidia/cuda:12.2"', ["12.2"]],
    ["FROM nvidia/\\\ncuda:12.2", ["12.2"]],
    ["ARG V=12.2\nFROM nvidia/cuda:${V}", ["${V}"]],
    ["ARG V=12.2\nFROM nvidia/cuda:$V-devel-ubuntu22.04 AS x", ["$V-devel-ubuntu22.04"]],
    ["ARG V=22.04\nFROM nvidia/cuda:12.2-devel-ubuntu${V}", ["12.2-devel-ubuntu${V}"]],
    ["ARG V=12.2\nFROM nvidia/cuda:${V}-devel-ubuntu${OS:-22.04}", ["${V}-devel-ubuntu${OS:-22.04}"]],
    ["ARG R=nvidia/cuda\nFROM ${R}:12.2", ["12.2"]],
    ["ARG R=nvidia/cuda\nFROM ${R}", ["${R}"]],
    ["ARG R=nvidia/\nFROM ${R}cuda", ["${R}cuda"]],
    ["FROM ubuntu:22.04\nCOPY --from=nvidia/cuda:12.2 /a /b", ["12.2"]],
    ["FROM ubuntu:22.04\nCOPY --chown=1 --from=nvidia/cuda /a /b", ["nvidia/cuda"]],
    ["FROM nvidia/cuda:12.2 AS a\nFROM nvidia/cuda:12.3\nFROM a", ["12.2", "12.3"]],
    ["# escape=`\nFROM nvidia/cuda:12.2 `\n  AS a", ["12.2"]],
    ["FROM ${BASE:-nvidia/cuda:12.2}", ["${BASE:-nvidia/cuda:12.2}"]],
  ])("%s", (text, words) => {
    expect(wordsAtFault(unknownTag, text)).toEqual(words);
    expect(wordsAtFault(unknownTag, text.replaceAll("\n", "\r\n"))).toEqual(words);
  });
});

describe("silent", () => {
  test.each([
    `FROM nvidia/cuda@${digest}`,
    `FROM nvidia/cuda:12.2@${digest}`,
    "FROM nvidia/cuda:",
    "FROM",
    "FROM nvidia/cuda:${V}",
    "ARG V\nFROM nvidia/cuda:${V}-devel-ubuntu22.04",
    "ARG V=${W}\nFROM nvidia/cuda:${V}",
    "ARG V=notset\nFROM nvidia/cuda:${V}-devel-ubuntu22.04",
    "ARG V=UNSET\nARG OS=ubuntu22.04\nFROM nvidia/cuda:$V-base-$OS",
    "FROM ubuntu:22.04 AS nvidia/cuda\nFROM nvidia/cuda",
    "FROM ubuntu:22.04 AS base\nFROM ${X:-base}",
    "FROM 'nvidia/cuda:${V}'",
    "FROM ubuntu:22.04\nCOPY --from=0 /a /b",
    "FROM ubuntu:22.04\nCOPY --from=$V /a /b",
    "RUN echo nvidia/cuda:latest",
    "FROM nvidia/cuda-arm64:11.1",
  ])("%s", (text) => {
    expect(wordsAtFault(unknownTag, text)).toEqual([]);
  });

  test("where the lab gives a value that is not known here", () => {
    expect(wordsAtFault(unknownTag, "ARG V=12.2\nFROM nvidia/cuda:$V", given(["V", null]))).toEqual([]);
  });
});

describe("automatic fixes", () => {
  test.each([
    ["FROM nvidia/cuda:12.2.2-development-ubuntu22.04", "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04"],
    ["FROM nvidia/cuda:12.2.2-ubuntu22.04", "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04"],
    ["FROM nvidia/cuda:12.2.2-cudnn-devel-ubuntu22.04", "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04"],
    ["FROM nvcr.io/nvidia/cuda:11.8-base-ubuntu22.04", "FROM nvcr.io/nvidia/cuda:11.8.0-base-ubuntu22.04"],
    ['FROM "nvidia/cuda:11.8-base-ubuntu22.04"', 'FROM "nvidia/cuda:11.8.0-base-ubuntu22.04"'],
    [
      "ARG T='11.8-base-ubuntu22.04' # not a comment\nFROM nvidia/cuda:${T}\nFROM nvidia/cuda:${T}",
      "ARG T='11.8.0-base-ubuntu22.04' # not a comment\nFROM nvidia/cuda:${T}\nFROM nvidia/cuda:${T}",
    ],
    [
      "ARG A=1 B=nvidia/cuda:11.8-base-ubuntu22.04\nFROM $B",
      "ARG A=1 B=nvidia/cuda:11.8.0-base-ubuntu22.04\nFROM $B",
    ],
    [
      "FROM ubuntu:22.04\nCOPY --from=nvidia/cuda:11.8-base-ubuntu22.04 /a /b",
      "FROM ubuntu:22.04\nCOPY --from=nvidia/cuda:11.8.0-base-ubuntu22.04 /a /b",
    ],
  ])("%s", (bad, good) => {
    expect(fixed(unknownTag, bad)).toBe(good);
    expect(wordsAtFault(unknownTag, good)).toEqual([]);
  });

  test.each([
    ["FROM nvidia/cuda:12.2", "no flavour and no OS"],
    ["FROM nvidia/cuda:12.2.2-devel", "no OS"],
    ["FROM nvidia/cuda:12.2.2-cudnn8-base-ubuntu22.04", "base has no cuDNN"],
    ["FROM nvidia/cuda:12.4.1-devel-ubuntu24.04", "another OS"],
    ["FROM nvidia/cuda:latest", "another CUDA release"],
    ["ARG V=11.8\nFROM nvidia/cuda:${V}-base-ubuntu22.04", "a tag made of parts"],
    [
      "ARG T=11.8-base-ubuntu22.04\nFROM nvidia/cuda:${T}\nFROM x:${T}",
      "another image with the same argument",
    ],
    ["ARG T=11.8-base-ubuntu22.04\nARG B=nvidia/cuda:$T\nFROM $B", "a default made of another"],
    ["ARG T=11.8-base-ubuntu22.04\nFROM nvidia/cuda:${T}\nARG T\nLABEL base=$T", "a value that a stage uses"],
    ["FROM nvidia/cuda:11.8-base-\\\nubuntu22.04", "a tag on two lines"],
  ])("none for %s: %s", (text) => {
    expect(wordsAtFault(unknownTag, text)).not.toEqual([]);
    expect(fixed(unknownTag, text)).toBe(text);
  });
});

test("a tag that a registry has is published, whatever the catalogue says", () => {
  const text = "FROM nvidia/cuda:12.2.2-devel-ubuntu26.04\nFROM nvidia/cuda:12.2.2-devel-ubuntu24.04\n";
  expect(findings(unknownTag, text)).toHaveLength(2);
  const cudaTags = { registry: "docker.io", date: "2027-03-01", tags: new Set(["12.2.2-devel-ubuntu26.04"]) };
  expect(findings(unknownTag, text, { ...noLab, cudaTags }).map(({ message }) => message)).toEqual([
    expect.stringContaining("ubuntu24.04"),
  ]);
});

describe("choices", () => {
  test("are published tags, the nearest first", () => {
    const [finding] = findings(unknownTag, "FROM nvidia/cuda:12.4.1-cudnn8-devel-ubuntu22.04");
    expect(finding?.fixes?.map(({ title, automatic }) => [title, automatic])).toEqual([
      ["Use nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04", true],
      ["Use nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04", false],
      ["Use nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04", false],
    ]);
  });

  test("a missing tag is appended", () => {
    const text = "FROM nvidia/cuda AS a\n";
    const edits = findings(unknownTag, text)[0]?.fixes?.map((fix) => fix.edits);
    expect(edits?.length).toBeGreaterThan(0);
    for (const [edit] of edits ?? []) {
      expect(edit?.span).toEqual({ start: 16, end: 16 });
      const reference = parseImageReference(`nvidia/cuda${edit?.newText}`)!;
      expect(isCudaRepository(reference.repository)).toBe(true);
      expect(judgeCudaTag(reference.tag).kind).toBe("published");
    }
  });

  test("none where the lab gives the value, and the message says where to change it", () => {
    const text = "ARG BASE_IMG=ubuntu:22.04\nFROM ${BASE_IMG}\n";
    const [finding] = findings(unknownTag, text, given(["BASE_IMG", "nvidia/cuda:latest"]));
    expect(finding?.fixes).toBeUndefined();
    expect(finding?.message).toMatch(
      /BASE_IMG is given by lab-images\.json or by the build script: change it there\.$/,
    );
  });

  test("a tag made of parts has none, and the message names the nearest tags and the arguments", () => {
    const text = "ARG V=12.4.1\nARG OS=22.04\nFROM nvidia/cuda:${V}-cudnn8-devel-ubuntu${OS}";
    const [finding] = findings(unknownTag, text);
    expect(finding?.fixes).toBeUndefined();
    expect(finding?.message).toContain("Write `nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04`, ");
    expect(finding?.message).toMatch(/The value comes from the defaults of ARG V and OS\.$/);
  });
});
