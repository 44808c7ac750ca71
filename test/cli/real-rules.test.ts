import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LineIndex } from "../../core/dockerfile/span.ts";
import { jsonFiles } from "./json-files.ts";
import { type Folder, useFolders, useProgram } from "./program.ts";
import { validRun } from "./sarif-schema.ts";

const program = useProgram("real");
const folder = useFolders();
const corpus = join(import.meta.dirname, "../fixtures/corpus");

const base = `\
FROM nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04
RUN apt-get update && apt-get --no-install-recommends install htop
RUN pip install --pre numpy
`;

/** Each finding as "code: the words at fault". */
async function found(lab: Folder, name: string): Promise<string[]> {
  const text = lab.read(name);
  const lines = new LineIndex(text);
  const [file] = jsonFiles(await program.run(lab.path, ["lint", "--format=json", name]));
  return (file?.findings ?? []).map(({ code, range }) => {
    return `${code}: ${text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end))}`;
  });
}

test("finds what breaks the conventions, at the words at fault", async () => {
  const lab = folder({ "base/Dockerfile": base });
  expect(await found(lab, "base/Dockerfile")).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^apt\/assume-yes: apt-get/),
      expect.stringMatching(/^apt\/clean-lists: apt-get update/),
      expect.stringMatching(/^pip\/no-cache-dir: pip install/),
    ]),
  );
});

test("--fix writes what the conventions ask for", async () => {
  const lab = folder({ "base/Dockerfile": base });
  expect((await program.run(lab.path, ["lint", "--fix"])).code).toBe(0);
  expect(lab.read("base/Dockerfile")).toMatch(/apt-get .*-y .*htop[\s\S]*rm -rf \/var\/lib\/apt\/lists\/\*/);
  expect(lab.read("base/Dockerfile")).toContain("--no-cache-dir");
});

test("a lab's manifest and a comment say which conventions hold", async () => {
  const lab = folder({
    "lab-images.json": '{ "rules": { "apt/clean-lists": "off", "pip/no-cache-dir": "info" } }',
    "base/Dockerfile": base.replace(
      "RUN apt",
      "# lab-images ignore=apt/assume-yes: nobody builds it\nRUN apt",
    ),
  });
  const outcome = await program.run(lab.path, ["lint", "--format=json"]);
  const [file] = jsonFiles(outcome);
  expect(file?.findings).toMatchObject([{ code: "pip/no-cache-dir", severity: "info" }]);
  expect(outcome.code).toBe(0);
});

test("the corpus: every finding is valid SARIF; --fix clears what it can and then changes nothing", async () => {
  const lab = folder();
  cpSync(corpus, lab.at("corpus"), { recursive: true });
  const names = readdirSync(lab.at("corpus"));
  const texts = () => names.map((name) => lab.read(`corpus/${name}`));
  expect(validRun(await program.run(lab.path, ["lint", "--format=sarif"])).results.length).toBeGreaterThan(
    100,
  );

  const fixed = await program.run(lab.path, ["lint", "--fix", "--format=json"]);
  expect(fixed.code).toBeLessThan(2);
  const left = jsonFiles(fixed).flatMap(({ path, findings }) =>
    findings.filter(({ fix }) => fix?.automatic).map(({ code }) => `${path}: ${code}`),
  );
  expect(left).toEqual([]);
  expect(readdirSync(lab.at("corpus"))).toEqual(names);

  const before = texts();
  const again = await program.run(lab.path, ["lint", "--fix", "--format=json"]);
  expect(again.stderr).toBe("");
  // The manifest that the fixes have made is checked too.
  expect(jsonFiles(again).filter(({ path }) => path !== "lab-images.json")).toEqual(jsonFiles(fixed));
  expect(texts()).toEqual(before);
}, 30_000);
