import { readdirSync, readFileSync } from "node:fs";
import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { neverFaulty, SyntaxCheck, trusted } from "../../../server/features/syntax.ts";

const folder = "test/fixtures/corpus";

describe("syntax errors", () => {
  test("names that every object has are names like others", () => {
    const text =
      "FROM x:1 AS constructor\nFROM x:1 AS toString\nFROM constructor AS __proto__\nENV constructor=1 __proto__=2\nEXPOSE a\n";
    const errors = new SyntaxCheck().diagnostics(parseDockerfile(text));
    expect(errors.map(({ code }) => code)).toEqual(["syntax/port"]);
  });

  test("of what is not looked at there are none", () => {
    const service = DockerfileLanguageServiceFactory.createLanguageService();
    const texts = readdirSync(folder).flatMap((name) => {
      const { text, escape, instructions } = parseDockerfile(readFileSync(`${folder}/${name}`, "utf8"));
      return instructions
        .filter(
          ({ keyword, heredocs, onbuild }) => neverFaulty.has(keyword) && !onbuild && heredocs.length === 0,
        )
        .map(({ span }) => `# escape=${escape}\nFROM scratch\n${text.slice(span.start, span.end)}`);
    });
    expect(texts.length).toBeGreaterThan(1000);
    const odd = [
      "",
      " ",
      " --mount",
      " --mount= x",
      ' ["a", ]',
      ' ["a" "b"]',
      " <",
      ' "',
      " ${A:",
      " \\\n",
      " ;;",
    ];
    for (const keyword of neverFaulty)
      texts.push(...odd.map((rest) => `# escape=\\\nFROM scratch\n${keyword}${rest}`));
    const found = texts.flatMap((text) =>
      service.validate(text).filter(({ code, range }) => trusted.has(Number(code)) && range.start.line > 1),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ['"ubuntu:22.04"', []],
    ["'nvcr.io/nvidia/pytorch:25.10-py3' AS y", []],
    ['"Ubuntu:22.04"', ["syntax/reference"]],
    ["ubuntu:", ["syntax/reference"]],
    ['"ubuntu:22.04" y', ["syntax/arguments"]],
  ])("the builder takes the quotes off FROM %s", (from, expected) => {
    const errors = new SyntaxCheck().diagnostics(parseDockerfile(`FROM ${from}\n`));
    expect(errors.map(({ code }) => code)).toEqual(expected);
  });

  test("stand where they are after an edit above them", () => {
    const check = new SyntaxCheck();
    const of = (text: string) =>
      check.diagnostics(parseDockerfile(text)).map(({ code, range }) => [code, range.start.line]);
    expect(of("FROM a\nRUN b\nEXPOSE\n")).toEqual([["syntax/missing-argument", 2]]);
    expect(of("FROM a\nRUN b \\\n c\nONBUILD\nEXPOSE\n")).toEqual([
      ["syntax/missing-argument", 3],
      ["syntax/missing-argument", 4],
    ]);
  });
});
