import { describe, expect, test } from "vitest";
import { readManifest } from "../../../core/lab/manifest.ts";
import { suppressionEdit } from "../../../server/features/suppress.ts";
import { applyEdits } from "../../../server/lint/edits.ts";
import { suppressibleManifest } from "../../../server/lint/lint-manifest.ts";
import { allManifestRules } from "../../../server/manifest-rules/all-manifest-rules.ts";
import { fixedManifest, manifestFindings, manifestWords, testManifestRule } from "./check-manifest-rule.ts";

for (const rule of allManifestRules) testManifestRule(rule);

const images = (content: object) => JSON.stringify({ images: content }, undefined, 2);

describe("manifest/value in jobs", () => {
  test.each([
    [{ gpus: 1 }, "gpus", /^job\.gpus is no field that is read, so it changes nothing: write gpu\.$/],
    [{ gpu: 1.5 }, "1.5", /^job\.gpu must be a whole number, or a fraction of one GPU such as 0\.5\.$/],
    [{ cli: "slurm" }, "slurm", /^job\.cli must be "runai-v1" or "runai-v2"\.$/],
    [{ mounts: { "/a": "data" } }, "data", /^job\.mounts\.\/a must be a folder of the nodes/],
    [{ mounts: { data: "/a" } }, "data", /^job\.mounts\.data must be a path in the job/],
    [{ environment: { "A-B": "1" } }, "A-B", /must be the name of a variable/],
    [{ runAsUid: "ann" }, "ann", /must be a number, or a variable/],
    [{ project: "lab-${USR}" }, "${USR}", /^\$\{USR\} is no variable/],
  ])("tells of %j at its place, and reads the rest", (wrong, words, message) => {
    const text = JSON.stringify({ job: { cpu: 4, ...wrong } });
    expect(manifestWords(text)).toEqual([["manifest/value", words]]);
    expect(manifestFindings(text)[0]?.message).toMatch(message);
    expect(readManifest(text).values.job?.cpu).toBe(4);
  });
});

describe("image/name in the manifest", () => {
  test.each([
    ["ghcr.io/our-lab/", "ghcr.io/our-lab"],
    ["https://Registry.epfl.ch/CVLab/${user}", "registry.epfl.ch/cvlab/${user}"],
    ["ic-registry.epfl.ch/<name>/x", "ic-registry.epfl.ch/${user}/x"],
  ])("puts the registry %s right", (registry, better) => {
    const text = JSON.stringify({ registry });
    expect(manifestFindings(text).map(({ code }) => code)).toEqual(["image/name"]);
    expect(fixedManifest(text)).toBe(JSON.stringify({ registry: better }));
  });

  test.each(["ghcr.io/our lab", "ghcr.io/lab:5", "ghcr.io//lab"])(
    "says that nothing is pushed under %s",
    (registry) => {
      const text = JSON.stringify({ registry });
      expect(manifestWords(text)).toEqual([["image/name", registry]]);
      expect(fixedManifest(text)).toBe(text);
    },
  );

  test("renames an image as its folder is called, wherever the manifest names it", () => {
    const text = images({ Base: {}, torch: { args: { BASE_IMG: "${image:Base}" } } });
    const names = manifestFindings(text).filter(({ code }) => code === "image/name");
    expect(names.map(({ message }) => message)).toEqual([
      "Base holds upper case, which Docker refuses: write base, as its folder is called.",
    ]);
    expect(fixedManifest(text)).toBe(text.replaceAll("Base", "base").replace("base_IMG", "BASE_IMG"));
  });

  test("leaves a name to the author where the folder has it too", () => {
    const text = images({ Base: {} });
    const content = { "Base/Dockerfile": "FROM ubuntu:22.04\n" };
    expect(manifestFindings(text, content)[0]?.message).toContain("rename its folder too");
    expect(fixedManifest(text, content)).toBe(text);
    expect(manifestWords(images({ "my image": {} }), { "my image/Dockerfile": "FROM a\n" })).toEqual([
      ["image/name", "my image"],
    ]);
  });

  test.each([
    ["2.1+cu118", "2.1-cu118"],
    [".hidden", "hidden"],
    ["a b/c", "a-b-c"],
    ["-", undefined],
    ["", undefined],
  ])("writes the tag %j as %j", (tag, better) => {
    const text = images({ base: { tag } });
    expect(manifestWords(text)).toEqual([["image/name", tag]]);
    expect(fixedManifest(text)).toBe(images({ base: { tag: better ?? tag } }));
  });
});

describe("image/cycle in the manifest", () => {
  const on = (base: string) => ({ args: { BASE_IMG: `\${image:${base}}` } });

  test("tells the whole way round, at each image of it", () => {
    const text = images({ a: on("b"), b: on("c"), c: on("a"), d: on("a") });
    const content = { "a/Dockerfile": "", "b/Dockerfile": "", "c/Dockerfile": "", "d/Dockerfile": "" };
    const found = manifestFindings(text, content);
    expect(manifestWords(text, content)).toEqual([
      ["image/cycle", "${image:b}"],
      ["image/cycle", "${image:c}"],
      ["image/cycle", "${image:a}"],
    ]);
    expect(found[0]?.message).toContain("a → b → c → a");
  });

  test("sees a way that leads through a FROM line", () => {
    const text = images({ a: { ...on("b"), tag: "1" }, b: {} });
    expect(
      manifestWords(text, { "a/Dockerfile": "ARG BASE_IMG\nFROM $BASE_IMG\n", "b/Dockerfile": "FROM a:1\n" }),
    ).toEqual([["image/cycle", "${image:b}"]]);
  });

  test("tells an image that is its own base, and the name that was meant", () => {
    expect(manifestFindings(images({ base: on("base") }))[0]?.message).toContain("its own base");
    expect(manifestFindings(images({ torch: on("bsae") }))[0]?.message).toContain("Write ${image:base}.");
    expect(manifestFindings(images({ basee: {} }))[0]?.message).toContain("Write base.");
    expect(manifestFindings(images({ other: {} }))[0]?.message).toContain("Make other/Dockerfile");
  });

  test("takes a Dockerfile of any name in the folder", () => {
    expect(manifestWords(images({ x: {} }), { "x/gpu.Dockerfile": "FROM a\n" })).toEqual([]);
  });
});

describe("manifest/value and manifest/rules", () => {
  test("mark the exact place, also of a mistake of the JSON", () => {
    expect(manifestWords('{ "images": { "base": 1 } }')).toEqual([["manifest/value", "1"]]);
    expect(manifestWords('{ "rules": { "apt/mirror": [] } }')).toEqual([["manifest/value", "[]"]]);
    const [error] = manifestFindings('{\n  "timezone": "UTC"\n  "registry": "a"\n}');
    expect(error).toMatchObject({
      code: "manifest/value",
      message: expect.stringMatching(/^Not valid JSON/),
    });
    expect(manifestFindings("")).toHaveLength(1);
  });

  test("tell of the file that is extended, at the word that names it", () => {
    const found = manifestWords('{ "extends": "./x.json" }', { "x.json": '{\n  "gpuDriver": 1 }' });
    expect(found).toEqual([["manifest/value", "./x.json"]]);
    const [finding] = manifestFindings('{ "extends": "./x.json" }', { "x.json": '{\n  "gpuDriver": 1 }' });
    expect(finding?.message).toBe("In x.json, line 2: gpuDriver must be a text in quotes.");
  });

  test.each([
    ['{ "aptMiror": "a.ch" }', "aptMiror", '{ "aptMirror": "a.ch" }'],
    ['{ "images": { "base": { "tags": "1" } } }', "tags", '{ "images": { "base": { "tag": "1" } } }'],
    ['{ "build": { "netwrok": "host" } }', "netwrok", '{ "build": { "network": "host" } }'],
  ])("name the field nearest to one that there is not: %s", (text, words, better) => {
    const [finding, ...others] = manifestFindings(text);
    expect(others).toEqual([]);
    expect(text.slice(finding?.span.start, finding?.span.end)).toBe(words);
    expect(finding?.fixes?.map(({ edits }) => applyEdits(text, edits))).toEqual([better]);
  });

  test("list the fields where none is near, and never one that is there already", () => {
    expect(manifestFindings('{ "images": { "base": { "tag": "1", "tags": "2" } } }')).toMatchObject([
      {
        code: "manifest/value",
        message:
          "images.base.tags is no field that is read, so it changes nothing: the fields are tag, args.",
      },
    ]);
  });

  test.each([
    ["clean-lists", "apt/clean-lists"],
    ["apt/clean_lists", "apt/clean-lists"],
    ["DL3008", undefined],
  ])("name the rule nearest to %s", (code, near) => {
    const text = JSON.stringify({ rules: { [code]: "off" } });
    const [finding, ...others] = manifestFindings(text);
    expect(others).toEqual([]);
    expect(finding?.fixes?.map(({ edits }) => applyEdits(text, edits))).toEqual(
      near && [JSON.stringify({ rules: { [near]: "off" } })],
    );
  });

  test.each([
    ['"warn"', "warning"],
    ['"none"', "off"],
    ["false", "off"],
    ['"Error"', "error"],
  ])("name the severity that %s means", (written, severity) => {
    const text = `{ "rules": { "apt/mirror": ${written} } }`;
    expect(manifestFindings(text)[0]?.message).toContain(`write ${severity}.`);
  });
});

describe("severities and comments", () => {
  const text = `{
  "registry": "https://a.io", // lab-images ignore=image/name: a proxy
  // lab-images ignore=image/cycle, image/name: it is generated
  "images": {
    "Gone": {
      "tag": "a+b"
    }
  }
}
`;

  test("a comment above a property or behind it covers all of it", () => {
    expect(manifestWords(text)).toEqual([]);
    expect(manifestWords(text.replace("=image/cycle, ", "=")).map(([code]) => code)).toEqual(["image/cycle"]);
    expect(manifestWords(`// lab-images ignore-file=image/name\n${text.replace(/ \/\/.*/g, "")}`)).toEqual([
      ["image/cycle", "Gone"],
    ]);
  });

  test("one that covers nothing is told, and deleted without what stands before it", () => {
    const idle = '{\n  "timezone": "UTC" // lab-images ignore=image/name\n}\n';
    const [finding] = manifestFindings(idle);
    expect(finding?.code).toBe("suppression/unused");
    expect(applyEdits(idle, finding?.fixes?.[0]?.edits ?? [])).toBe('{\n  "timezone": "UTC"\n}\n');
  });

  test("the manifest's own severities hold for itself", () => {
    const own = '{ "registry": "https://a.io", "rules": { "image/name": "info" } }';
    expect(manifestFindings(own)).toMatchObject([{ code: "image/name", severity: "info" }]);
    expect(manifestFindings(own.replace("info", "off"))).toEqual([]);
  });

  test("the editor writes such a comment", () => {
    const bad = '{\n  "images": {\n    "base": { "tag": "a+b" }\n  }\n}\n';
    const [finding] = manifestFindings(bad);
    const source = suppressibleManifest(readManifest(bad).text);
    const after = applyEdits(bad, [suppressionEdit(source, finding!)]);
    expect(after).toBe(bad.replace('    "base"', '    // lab-images ignore=image/name\n    "base"'));
    expect(manifestFindings(after)).toEqual([]);
  });
});

test("any text is read to its end", () => {
  for (const text of [
    "",
    "{",
    "[",
    '{"images":{"":{"args":{"":"${image:}"}}}}',
    '{"rules":{"":""}}',
    '{"registry":""}',
    "//",
    '{"images":{"a":{"tag":null}}}',
    '"\\u0000"',
    "\u0000",
  ])
    expect(() => manifestFindings(text)).not.toThrow();
});
