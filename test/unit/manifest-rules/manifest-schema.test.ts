import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { readExtendedManifest } from "../../../core/lab/extended-manifest.ts";
import { jobFields } from "../../../core/lab/job/job-fields.ts";
import { manifestFields } from "../../../core/lab/manifest-fields.ts";
import { explainingSchemaPath, schemaPath, schemaTexts } from "../../../scripts/manifest-schema.mjs";
import { knownRules, ruleCodes } from "../../../server/rules/known-rules.ts";
import { memoryFiles } from "../lab/memory-files.ts";
import { manifestFindings } from "./check-manifest-rule.ts";

const shipped = JSON.parse(readFileSync(schemaPath, "utf8"));
const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
  keywords: ["allowComments", "allowTrailingCommas"],
});
const allows = ajv.compile(shipped);

/** Whether the reader and the rules about fields find nothing. */
function reads(manifest: unknown): boolean {
  const content = { "base/Dockerfile": "FROM ubuntu:22.04\n", "lab.json": "{}" };
  const codes = manifestFindings(JSON.stringify(manifest), content).map(({ code }) => code);
  return !codes.some((code) => code === "manifest/value" || code === "manifest/rules");
}

test.each([...schemaTexts()])("%s is what npm run docs writes", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("the package contributes for lab-images.json what explains, and leaves it to the rules to say what is wrong", () => {
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(contributes.jsonValidation).toEqual([
    { fileMatch: "lab-images.json", url: `./${explainingSchemaPath}` },
  ]);
  const explaining = ajv.compile(JSON.parse(readFileSync(explainingSchemaPath, "utf8")));
  const wrong = { gpudriver: 1, registry: 1, images: { base: { arg: 1, tag: [] } }, rules: { a: "b" } };
  expect([allows(wrong), explaining(wrong)]).toEqual([false, true]);
});

describe("the schema and the reader agree on", () => {
  const pieces = ["", "a", "./lab.json", "epfl-cvlab", "ubuntu.ethz.ch:80", "a:b", "535.104", "8.0", "9.0a"];
  const ofJobs = [
    "runai-v1",
    "workspace",
    "32G",
    "1000",
    "${env:A}",
    "/a",
    "/a:ro",
    "/a,b",
    "/${user}/b",
    "pvc:a",
    "pvc:a/b",
    -1,
    0.5,
    1.5,
  ];
  const scalars = [...pieces, "off", "warn", null, true, false, 7, 8.6];
  const lists = [[], ["8.0"], ["nvcr.io"], [7], [null], [["8.0"]]];
  const objects = [
    {},
    { base: {} },
    { base: 1 },
    { a: "b" },
    { a: 1 },
    { a: null },
    { a: [] },
    { network: "host" },
  ];
  const everywhere = [...scalars, ...lists, ...objects];
  // A path is no job's alone: `extends` leads to a file that is not there.
  const valuesFor = (place: string) => (/\bjob/.test(place) ? [...everywhere, ...ofJobs] : everywhere);
  const places: readonly [name: string, put: (value: unknown) => unknown][] = [
    ["the whole", (value) => value],
    ...[...Object.keys(manifestFields), "hosst"].map((field): [string, (value: unknown) => unknown] => [
      field,
      (value) => ({ [field]: value }),
    ]),
    ["an image", (base) => ({ images: { base } })],
    ["an image's tag", (tag) => ({ images: { base: { tag } } })],
    ["an image's arguments", (args) => ({ images: { base: { args } } })],
    ["a build argument", (A) => ({ images: { base: { args: { A } } } })],
    ["a field that no image has", (arg) => ({ images: { base: { arg } } })],
    ["a network", (network) => ({ build: { network } })],
    ["a platform", (platform) => ({ build: { platform } })],
    ["a field that no build has", (net) => ({ build: { net } })],
    ...Object.keys(jobFields).map((field): [string, (value: unknown) => unknown] => [
      `a job's ${field}`,
      (value) => ({ job: { [field]: value } }),
    ]),
    ["a job's mount", (source) => ({ job: { mounts: { "/data": source } } })],
    ["where a job's mount is", (path) => ({ job: { mounts: { [String(path)]: "/data" } } })],
    ["a job's variable", (A) => ({ job: { environment: { A } } })],
    ["the name of a job's variable", (name) => ({ job: { environment: { [String(name)]: "1" } } })],
    ["a field that no job has", (gpus) => ({ job: { gpus } })],
    ["a severity", (severity) => ({ rules: { "apt/mirror": severity } })],
    ["the severity of needless comments", (severity) => ({ rules: { "suppression/unused": severity } })],
    ["a rule that there is not", (severity) => ({ rules: { "apt/mirorr": severity } })],
  ];

  test.each(places)("%s", (place, put) => {
    const manifests = valuesFor(place).map(put);
    const differ = manifests.filter((manifest) => allows(manifest) !== reads(manifest));
    expect(differ.map((manifest) => JSON.stringify(manifest))).toEqual([]);
  });

  test("right answers as well as wrong ones", () => {
    const verdicts = places.map(([name, put]) => [name, new Set(valuesFor(name).map(put).map(reads)).size]);
    const always = new Set([
      "hosst",
      "a field that no image has",
      "a field that no build has",
      "a field that no job has",
      "a rule that there is not",
    ]);
    expect(verdicts).toEqual(places.map(([name]) => [name, always.has(name) ? 1 : 2]));
  });
});

describe.each([schemaPath, explainingSchemaPath])("each field of %s", (path) => {
  type Fields = Record<
    string,
    { title?: string; description?: string; examples?: unknown[]; properties?: Fields }
  >;
  const { properties, ...schema } = JSON.parse(readFileSync(path, "utf8")) as { properties: Fields };
  const allows = ajv.compile({ ...schema, properties });
  const base: Fields[string] = JSON.parse(readFileSync(path, "utf8")).properties.images.additionalProperties;

  test("says what it is, for completion and hover", () => {
    const nested = [properties.build?.properties, properties.rules?.properties, base.properties, { base }];
    const all = [properties, ...nested].flatMap((fields) => Object.entries(fields ?? {}));
    expect(all.filter(([, { title, description }]) => !title || !description?.endsWith("."))).toEqual([]);
    expect(Object.keys(properties.rules?.properties ?? {})).toEqual([...ruleCodes, "suppression/unused"]);
    expect(knownRules.length).toBeGreaterThan(40);
  });

  test("has examples that it allows, and that change what is read", () => {
    const read = (manifest: object) => {
      const files = {
        "/lab/lab-images.json": JSON.stringify(manifest),
        "/lab/lab.json": '{ "timezone": "UTC" }',
      };
      const { text: _text, ...rest } = readExtendedManifest("/lab/lab-images.json", memoryFiles(files))!;
      return rest;
    };
    for (const [name, { examples = [] }] of Object.entries(properties)) {
      expect([name, examples.length > 0]).toEqual([name, name !== "$schema"]);
      for (const example of examples) {
        expect([example, allows({ [name]: example })]).toEqual([example, true]);
        expect(read({ [name]: example })).not.toEqual(read({}));
      }
    }
  });
});
