import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rulePages } from "../../../scripts/rule-pages.mjs";
import { knownRules } from "../../../server/rules/known-rules.ts";

describe("docs/rules", () => {
  const pages = rulePages(knownRules);

  test("has a page for each rule and nothing else", () => {
    expect(readdirSync("docs/rules").sort()).toEqual([...pages.keys()].sort());
  });

  test.each([...pages])("%s says what the rule says (npm run docs writes it)", (name, text) => {
    expect(existsSync(`docs/rules/${name}`) && readFileSync(`docs/rules/${name}`, "utf8")).toBe(text);
  });
});
