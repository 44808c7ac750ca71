import { describe, expect, test } from "vitest";
import { torchRows } from "../../core/cuda/catalogue.ts";
import { judgeCudaTag } from "../../core/cuda/tags.ts";
import { parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../core/lab/lab-image.ts";
import { lint } from "../../server/lint/lint.ts";
import { allRules } from "../../server/rules/all-rules.ts";
import { everyExpansion, readSnippets } from "./expand-snippet.ts";

const snippets = readSnippets();

function asDockerfile(text: string): string {
  return /^FROM /m.test(text) ? text : `FROM ubuntu:22.04\n${text}`;
}

test("the snippets that are promised are there", () => {
  expect(snippets.map(([, { prefix }]) => prefix)).toEqual([
    "lab-base",
    "cuda-base",
    "apt-run",
    "pip-run",
    "cuda-multistage",
    "pip-cache-dir",
    "timezone",
    "torch-run",
    "pip-requirements",
    "pip-cache-mount",
    "conda-run",
    "conda-base",
    "uv-run",
    "venv-run",
    "git-run",
    "download-run",
    "secret-run",
    "user-args",
    "env",
    "copy",
    "arg-base",
    "cuda-extension",
  ]);
});

describe.each(snippets)("%s", (name, { prefix, description, body }) => {
  const texts = everyExpansion(body.join("\n"));

  test("has a name, a prefix and a description", () => {
    expect(name).toMatch(/\S/);
    expect(prefix).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(description.length).toBeGreaterThan(20);
  });

  test.each(texts)("keeps every convention: %j", (text) => {
    const dockerfile = parseDockerfile(asDockerfile(text), noLab);
    expect(dockerfile.instructions.length).toBeGreaterThan(0);
    const findings = lint({ dockerfile, lab: noLab }, allRules);
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });

  test("names CUDA images that are published and supported", () => {
    const tags = texts.flatMap((text) => [...text.matchAll(/nvidia\/cuda:(\S+)/g)].map((match) => match[1]));
    expect(tags.filter((tag) => judgeCudaTag(tag).kind !== "published")).toEqual([]);
  });

  test("names torch indices that PyTorch published for that release", () => {
    const installs = texts.flatMap((text) => [...text.matchAll(/torch==(\d+\.\d+)\S*.*?whl\/(cu\d+)/g)]);
    for (const [, release, index] of installs)
      expect(torchRows.find(({ torch }) => torch === release)?.wheels.split(" ")).toContain(index);
  });
});
