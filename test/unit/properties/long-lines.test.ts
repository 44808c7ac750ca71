import { expect, test } from "vitest";
import { pipTarget } from "../../../core/cuda/compiled-packages.ts";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { expandBraces } from "../../../core/dockerfile/shell/glob.ts";
import { mayLeadToPython } from "../../../core/image/installed.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { nearestWord } from "../../../core/nearest-word.ts";
import { semanticTokens } from "../../../server/features/semantic-tokens.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";

// Each took at least a minute where a regular expression tried every way to read the line.

test("URLs without a blank between them", () => {
  const urls = `${"https://pypi.org/".repeat(40)} x`;
  const text = `FROM nvidia/cuda:12.1.1-devel-ubuntu22.04\nRUN pip install --extra-index-url '${urls}' flash-attn\n`;
  expect(lint({ dockerfile: parseDockerfile(text), lab: noLab }, allRules)).not.toEqual([]);
});

test("a PATH through many folders", () => {
  expect(mayLeadToPython(`${"/texlive".repeat(15_000)}/x`)).toBe(true);
  expect(mayLeadToPython(`${"/texlive".repeat(15_000)}/bin`)).toBe(false);
});

test("blanks in a directive", () => {
  const { directives } = parseDockerfile(`# syntax=a${" ".repeat(1_000_000)}b \t\nFROM a\n`);
  expect(directives.map(({ value }) => value.length)).toEqual([1_000_002]);
});

test("blanks in a comment", () => {
  const comment = `# a${" ".repeat(1_000_000)}b`;
  const { data } = semanticTokens(parseDockerfile(`FROM a\n${comment}\n`));
  expect(data.slice(-5)).toEqual([1, 0, comment.length, expect.any(Number), 0]);
});

test("a brace with commas that nothing closes", () => {
  const path = `{${",".repeat(500_000)}`;
  expect(expandBraces(path)).toEqual([path]);
});

test.each([
  ["git+a/", "@", "/x", "x"],
  ["git+a", "/", "x", "x"],
  ["/a", "[", "x", "a"],
  ["a", " ", "b/", "a"],
  ["", "a@", "b", "a"],
])("a target %s with many %j in it", (start, many, end, name) => {
  expect(pipTarget(start + many.repeat(500_000) + end).name.slice(0, 1)).toBe(name);
});

test("slashes in the target of a mount", () => {
  const text = `FROM ubuntu:22.04\nRUN --mount=type=cache,target=a${"/".repeat(60_000)}b pip install a\n`;
  const codes = lint({ dockerfile: parseDockerfile(text), lab: noLab }, allRules).map(({ code }) => code);
  expect(codes).toContain("pip/no-cache-dir");
});

test("a word that nothing is near", () => {
  expect(
    nearestWord("x".repeat(1_000_000), ["apt/clean-lists", "apt/no-install-recommends"]),
  ).toBeUndefined();
});
