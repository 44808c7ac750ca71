import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgeCudaTag } from "../../core/cuda/tags.ts";
import { parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../core/lab/lab-image.ts";
import { lint } from "../../server/lint/lint.ts";
import { allRules } from "../../server/rules/all-rules.ts";

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const snippets = Object.entries(
  JSON.parse(readFileSync("snippets/dockerfile.json", "utf8")) as Record<string, Snippet>,
);

/** In VS Code's snippet syntax: an escape, a choice, a placeholder, a tab stop; anything else with `$` is a mistake. */
const syntax = /\\([\\$}])|\$\{(\d+)\|([^|]*)\|\}|\$\{(\d+):([^}]*)\}|\$\{(\d+)\}|\$(\d+)|(\$)/g;

/** What the snippet inserts when its user takes the `pick`th word of every choice. */
function expand(body: string, pick: number): string {
  const values = new Map<string, string>();
  for (const [, , stop, choices, placeholder, text] of body.matchAll(syntax)) {
    const words = choices?.split(",");
    if (words) values.set(stop!, words[pick % words.length]!);
    else if (placeholder) values.set(placeholder, text!);
  }
  return body.replace(syntax, (whole, escaped, choice, _words, placeholder, _text, braced, bare, stray) => {
    if (stray)
      throw new Error(`a $ that is not escaped, near: ${body.slice(body.indexOf(whole)).slice(0, 30)}`);
    return escaped ?? values.get(choice ?? placeholder ?? braced ?? bare) ?? "";
  });
}

function everyExpansion(body: string): string[] {
  const choices = [...body.matchAll(syntax)].map((match) => match[3]?.split(",").length ?? 1);
  return Array.from({ length: Math.max(1, ...choices) }, (_, pick) => expand(body, pick));
}

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
});
