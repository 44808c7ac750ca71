import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import { diskFiles, withTexts } from "../../core/lab/files.ts";
import { Lab } from "../../core/lab/lab.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import { fixAll } from "../../server/lint/fix-all.ts";
import { lint } from "../../server/lint/lint.ts";
import { allRules } from "../../server/rules/all-rules.ts";
import type { Finding } from "../../server/rules/rule.ts";

const root = resolve("examples/lab");
const lab = new Lab(root, diskFiles);

/** The conventions that each Dockerfile of the example breaks, by hand. */
const expected: readonly (readonly [path: string, codes: readonly string[]])[] = [
  ["first/Dockerfile", []],
  ["base/Dockerfile", []],
  [
    "pytorch/Dockerfile",
    ["apt/clean-lists", "apt/no-install-recommends", "env/legacy-format", "pip/no-cache-dir"],
  ],
  [
    "pytorch/Dockerfile.mistakes",
    [
      "apt/assume-yes",
      "apt/clean-lists",
      "apt/no-install-recommends",
      "apt/prefer-apt-get",
      "apt/update-in-same-run",
      "base/floating-tag",
      "conda/clean",
      "cuda/removed-tag",
      "cuda/unknown-tag",
      "env/legacy-format",
      "layer/late-cleanup",
      "layer/late-removal",
      "layer/rewrite",
      "packages/clean-cache",
      "pip/no-cache-dir",
    ],
  ],
];

describe.each(expected)("examples/lab/%s", (name, codes) => {
  const path = join(root, name);
  const text = readFileSync(path, "utf8");
  const image = lab.image(path);
  const check = (current: string): Finding[] =>
    lint({ dockerfile: parseDockerfile(current, image), lab: image }, allRules);

  test("breaks the conventions that it is there to show", () => {
    expect([...new Set(check(text).map(({ code }) => code))].sort()).toEqual(codes);
  });

  test("is put right by the automatic fixes alone", () => {
    const fixed = fixAll(text, check);
    expect(fixed.remaining.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    expect(fixed.otherFiles).toEqual([]);
    expect(fixed.text !== text).toBe(codes.length > 0);
  });

  test("copies only what its folder or an earlier stage holds", () => {
    for (const instruction of parseDockerfile(text, image).instructions) {
      const words = /^COPY (?!--from)(?:--\S+ )?(\S+) /.exec(
        text.slice(instruction.span.start, instruction.span.end),
      );
      if (words) expect(existsSync(join(dirname(path), words[1]!))).toBe(true);
    }
  });
});

const cuda = "nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04";

test("its images are those that can be built", () => {
  expect(lab.imageNames).toEqual(["base", "first", "pytorch"]);
  expect(lab.buildOf(join(root, "pytorch/Dockerfile.mistakes"))).toMatchObject({ tag: undefined });
});

test("the manifest gives the images their names and bases", () => {
  expect(lab.manifest?.problems).toEqual([]);
  expect(["first", "base", "pytorch"].map((name) => lab.referenceOf(name))).toEqual([
    "localhost:5000/first:v1",
    "localhost:5000/base:ssh",
    "localhost:5000/pytorch:torch210",
  ]);
  expect(lab.image(join(root, "base/Dockerfile")).buildArguments).toEqual(new Map([["BASE_IMG", cuda]]));
  expect(lab.image(join(root, "pytorch/Dockerfile")).buildArguments).toEqual(
    new Map([["BASE_IMG", "localhost:5000/base:ssh"]]),
  );
});

test("without the manifest the build script does", () => {
  const path = join(root, manifestName);
  const scripted = new Lab(root, {
    ...diskFiles,
    readText: (each) => (each === path ? undefined : diskFiles.readText(each)),
  });
  expect(scripted.image(join(root, "base/Dockerfile")).buildArguments).toEqual(new Map([["BASE_IMG", cuda]]));
  expect(scripted.image(join(root, "pytorch/Dockerfile")).buildArguments).toEqual(
    new Map([["BASE_IMG", "ic-registry.epfl.ch/cvlab/your_gaspar/base:ssh"]]),
  );
});

test("the base that neither the manifest nor the script gives any more is told, as its README says", () => {
  const without = (name: string, part: string): [string, string] => {
    const text = readFileSync(join(root, name), "utf8");
    expect(text).toContain(part);
    return [join(root, name), text.replace(part, "")];
  };
  const texts = new Map([
    without(manifestName, ', "args": { "BASE_IMG": "${image:base}" }'),
    without("build", " --build-arg BASE_IMG=$REGISTRY/base:ssh"),
  ]);
  const path = join(root, "pytorch/Dockerfile");
  const image = new Lab(root, withTexts(diskFiles, texts)).image(path);
  const found = lint(
    { dockerfile: parseDockerfile(readFileSync(path, "utf8"), image), lab: image },
    allRules,
  );
  const [unresolved] = found.filter(({ code }) => code === "base/unresolved-arg");
  expect(unresolved?.fixes?.[0]?.title).toBe("Set BASE_IMG to ${image:base} in lab-images.json");
});
