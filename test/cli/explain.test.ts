import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { docsFileName } from "../../server/rules/docs-url.ts";
import { ruleCodes } from "../../server/rules/known-rules.ts";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("real");
const folder = useFolders();
const here = folder().path;

/** A page as words, without markup and without the breaks between lines. */
function words(page: string): string {
  return page
    .replace(/<!--.*?-->|^```\w*$|^\s*#+ |\*\*/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

test.each(["apt/clean-lists", "apt/mirror", "script/order"])(
  "the page of %s says what the docs say",
  async (code) => {
    const { code: exit, stdout, stderr } = await program.run(here, ["explain", code]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const docs = readFileSync(`docs/rules/${docsFileName(code)}`, "utf8");
    const [url] = /https:\S+\n$/.exec(stdout) ?? [""];
    expect(url).toContain(docsFileName(code));
    expect(words(stdout.replace(url, "")).toLowerCase()).toBe(words(docs).toLowerCase());
  },
);

test("is readable in a terminal: text is broken at 100 cells, code is indented and whole", async () => {
  const { stdout } = await program.run(here, ["explain", "apt/clean-lists"]);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("apt/clean-lists");
  expect(stdout).not.toContain("```");
  expect(stdout).not.toMatch(/\u001b|\t/);
  for (const line of lines.filter((each) => /^\w/.test(each) && each.includes(" ")))
    expect(line.length).toBeLessThanOrEqual(100);
  expect(lines).toContain("    # lab-images ignore=apt/clean-lists: why");
});

test("lint --explain is the same, whatever else is asked", async () => {
  const page = await program.run(here, ["explain", "pip/no-cache-dir"]);
  expect(await program.run(here, ["lint", "--explain", "pip/no-cache-dir", "nowhere"])).toEqual(page);
  expect(page.code).toBe(0);
});

test("without a code every rule is listed in a line", async () => {
  const { code, stdout } = await program.run(here, ["explain"]);
  expect(code).toBe(0);
  const listed = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  expect(listed).toEqual(ruleCodes);
});

test("several pages are printed after each other; one that is not there is said", async () => {
  const { code, stdout, stderr } = await program.run(here, [
    "explain",
    "apt/mirror",
    "apt/miror",
    "script/order",
  ]);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^apt\/mirror\n[\s\S]*\nscript\/order\n/);
  expect(stderr).toBe('lab-images: there is no rule "apt/miror"; did you mean "apt/mirror"?\n');
});
