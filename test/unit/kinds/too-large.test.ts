import { expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import { kindOfFile } from "../../../server/kinds/all-kinds.ts";
import { memoryFiles } from "../lab/memory-files.ts";

const filler = "x".repeat(1_200_000);

function found(name: string, text: string) {
  const lab = new Lab("/lab", memoryFiles({ [`/lab/${name}`]: text }));
  const linter = kindOfFile(name, text).linterAt({ path: `/lab/${name}`, lab, severities: new Map() });
  return linter(text).findings;
}

test("a manifest that is too large to be read for its lab says so", () => {
  expect(found("lab-images.json", `{ // ${filler}\n}`)).toMatchObject([
    {
      code: "syntax/not-checked",
      severity: "error",
      span: { start: 0, end: 80 },
      message:
        "This file has 1.21 MB, and a manifest over 1 MB is not read where its lab is: its images are checked and built without it. Make it smaller.",
    },
  ]);
});

test("so does a build script", () => {
  const text = `#!/bin/sh\nset -e\ndocker build -t registry.example.org/a base\n# ${filler}\n`;
  const [first] = found("build.sh", text);
  expect(first).toMatchObject({ code: "syntax/not-checked", span: { start: 0, end: 9 } });
  expect(first?.message).toContain("a build script over 1 MB is not read where its lab is");
});

test("others do not", () => {
  expect(found("lab-images.json", "{}")).toEqual([]);
  expect(found("install.sh", `#!/bin/sh\n# ${filler}\n`)).toEqual([]);
});
