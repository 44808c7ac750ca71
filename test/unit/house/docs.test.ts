import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rulePages } from "../../../scripts/rule-pages.mjs";
import { knownRules } from "../../../server/rules/known-rules.ts";

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

test("the README names each command and each setting", () => {
  const readme = readFileSync("README.md", "utf8");
  const { commands, configuration } = (JSON.parse(readFileSync("package.json", "utf8")) as Manifest)
    .contributes;
  const titles = JSON.parse(readFileSync("package.nls.json", "utf8")) as Readonly<Record<string, string>>;
  const named = commands.map(({ title }) => `| Lab Images: ${titles[title.replaceAll("%", "")]} |`);
  expect(named.filter((words) => !readme.includes(words))).toEqual([]);
  // `.torchIndex` behind its neighbour is named too.
  const settings = Object.keys(configuration.properties).filter(
    (name) => !readme.includes(`\`${name}\``) && !readme.includes(`\`${name.replace(/^.*(?=\.)/, "")}\``),
  );
  expect(settings).toEqual([]);
});

test("no menu has a command twice in one place", () => {
  const { menus } = (JSON.parse(readFileSync("package.json", "utf8")) as Manifest).contributes;
  const twice = Object.entries(menus).flatMap(([menu, items]) => {
    const entries = items.map((item) => JSON.stringify(item));
    return entries
      .filter((entry, index) => entries.indexOf(entry) !== index)
      .map((entry) => `${menu} ${entry}`);
  });
  expect(twice).toEqual([]);
});

test("what a row has as a button is in its menu too, which keys and screen readers reach", () => {
  const { menus } = (JSON.parse(readFileSync("package.json", "utf8")) as Manifest).contributes;
  const items = menus["view/item/context"] ?? [];
  const viewOf = ({ when }: MenuItem) => /view == (\S+)/.exec(when)?.[1];
  const isButton = ({ group }: MenuItem) => group?.startsWith("inline") ?? false;
  const buttonsAlone = items.filter(
    (button) =>
      isButton(button) &&
      !items.some(
        (item) => !isButton(item) && item.command === button.command && viewOf(item) === viewOf(button),
      ),
  );
  expect(buttonsAlone).toEqual([]);
});

describe("docs/rules", () => {
  const pages = rulePages(knownRules);

  test("has a page for each rule and nothing else", () => {
    expect(readdirSync("docs/rules").sort()).toEqual([...pages.keys()].sort());
  });

  test.each([...pages])("%s says what the rule says (npm run docs writes it)", (name, text) => {
    expect(existsSync(`docs/rules/${name}`) && readFileSync(`docs/rules/${name}`, "utf8")).toBe(text);
  });
});
