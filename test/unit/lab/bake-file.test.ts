import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { readBakeFile } from "../../../core/lab/bake-file.ts";
import { parseBuildScript } from "../../../core/lab/build-script.ts";
import { exportBake } from "../../../core/lab/export-bake.ts";
import { exportImages } from "../../../core/lab/export-images.ts";
import { Lab } from "../../../core/lab/lab.ts";
import { labGraph } from "../../../core/lab/lab-graph.ts";
import { problemText } from "../../../core/lab/manifest-text.ts";
import { labRequest } from "../../../engine/build/lab-request.ts";
import { lint } from "../../../server/lint/lint.ts";
import { floatingTag } from "../../../server/rules/base/floating-tag.ts";
import { memoryFiles } from "./memory-files.ts";

const bake = {
  variable: {
    TAG: { default: "1" },
    REGISTRY: { default: "r.io/${ORG}" },
    LAB_IMAGES_USER: { default: "" },
  },
  ORG: "lab",
  group: { default: { targets: ["torch", "tools"] } },
  target: {
    _common: { args: { A: "1", B: "2" }, network: "host", platforms: ["linux/amd64"] },
    base: {
      inherits: ["_common"],
      context: "./base/",
      args: { B: "3" },
      tags: ["${REGISTRY}/base:${TAG}", "b"],
    },
    torch: {
      inherits: ["_common"],
      context: "pytorch",
      contexts: { under: "target:base" },
      tags: ["${REGISTRY}/torch"],
      args: { WHEN: "${timestamp()}", ESCAPED: "$${A}", BASE: "under" },
    },
    tools: {
      context: ".",
      dockerfile: "docker/tools.Dockerfile",
      target: "final",
      tags: ["r.io/${LAB_IMAGES_USER}/t"],
    },
  },
};

const files = {
  "/lab/docker-bake.json": JSON.stringify(bake),
  "/lab/base/Dockerfile": "FROM debian:12\nENV FROM_BASE=1\n",
  "/lab/pytorch/Dockerfile": "ARG BASE\nFROM ${BASE}\nCOPY --from=under /a /b\n",
  "/lab/docker/tools.Dockerfile": "FROM r.io/lab/torch AS final\n",
  "/lab/other/Containerfile": "FROM base\n",
  "/lab/build": "docker build base -t elsewhere/base --build-arg A=9\ndocker build other -t o:1\n",
};
const lab = (options = {}, more = {}) => new Lab("/lab", memoryFiles({ ...files, ...more }), options);

describe("a folder with a docker-bake.json and no manifest", () => {
  test("has the images of its targets, and those of the other folders", () => {
    const { images, order } = labGraph(lab());
    expect(images.map(({ name, reference, bases }) => [name, reference, bases])).toEqual([
      ["base", "r.io/lab/base:1", []],
      ["other", "o:1", []],
      ["tools", "r.io/${user}/t", ["torch"]],
      ["torch", "r.io/lab/torch", ["base"]],
    ]);
    expect(order.indexOf("base")).toBeLessThan(order.indexOf("torch"));
  });

  test("builds them with contexts, arguments, settings and stages as bake does", () => {
    expect(lab().buildOf("/lab/base/Dockerfile")).toMatchObject({
      name: "base",
      context: "/lab/base",
      tag: "r.io/lab/base:1",
      args: new Map([
        ["A", "1"],
        ["B", "3"],
      ]),
      settings: { network: "host", platform: "linux/amd64" },
    });
    expect(lab({ user: "ann" }).buildOf("/lab/docker/tools.Dockerfile")).toMatchObject({
      name: "tools",
      context: "/lab",
      tag: "r.io/ann/t",
      settings: { target: "final" },
    });
    const torch = lab().buildOf("/lab/pytorch/Dockerfile");
    expect([...torch.args]).toEqual([
      ["A", "1"],
      ["B", "2"],
      ["WHEN", null],
      ["ESCAPED", "${A}"],
      ["BASE", "under"],
    ]);
    const args = new Map([["WHEN", "now"]]);
    expect(labRequest("/lab/pytorch/Dockerfile", torch, { args }).namedContexts).toEqual(
      new Map([["under", "docker-image://r.io/lab/base:1"]]),
    );
    const asked = { args, namedContexts: new Map([["docker.io/library/tools:latest", "/tools"]]) };
    expect(labRequest("/lab/pytorch/Dockerfile", torch, asked).namedContexts).toEqual(
      new Map([
        ["under", "docker-image://r.io/lab/base:1"],
        ["tools", "/tools"],
      ]),
    );
  });

  test("knows what a base is that only bake names so", () => {
    expect(lab().image("/lab/pytorch/Dockerfile").baseEnvironment("under")?.get("FROM_BASE")).toBe("1");
    expect(lab().image("/lab/base/Dockerfile").baseEnvironment("under")).toBeUndefined();
    expect(lab().image("/lab/pytorch/Dockerfile").argumentOrigin("BASE")).toBe("docker-bake.json");
  });

  test("takes what bake calls so for an image of the lab, and no tag that moves", () => {
    const image = lab().image("/lab/pytorch/Dockerfile");
    const findings = lint(
      { dockerfile: parseDockerfile(files["/lab/pytorch/Dockerfile"], image), lab: image },
      [floatingTag],
    );
    expect(findings).toEqual([]);
  });

  test("takes variables of the environment where they may be read", () => {
    const environment = { TAG: "7", REGISTRY: "q.io" };
    expect(lab({ environment }).referenceOf("base")).toBe("q.io/base:7");
  });

  test("is read by its manifest alone as soon as it has one", () => {
    const own = lab({}, { "/lab/lab-images.json": "{}" });
    expect([...own.imageNames].sort()).toEqual(["base", "docker", "other", "pytorch"]);
    expect(own.buildOf("/lab/base/Dockerfile").args).toEqual(new Map([["A", "9"]]));
  });
});

test("its export has the names that bake may push", () => {
  const { target } = JSON.parse(exportBake(exportImages(lab(), labGraph(lab()))));
  expect(target.base.tags).toEqual(["r.io/lab/base:1"]);
  expect(target.other.tags).toEqual(["o:1"]);
});

test.each([
  ["{", /^docker-bake\.json, line 1: not valid JSON/],
  ["{}", /names no target/],
  ['{ "target": { "a": { "matrix": {} } } }', /The target a has a matrix, which is not read/],
  ['{ "target": { "a": { "dockerfile-inline": "FROM b" } } }', /has a dockerfile-inline/],
  ['{\n "target": { "a": { "context": "https://x.org/y.git" } } }', /line 2: The folder .* is not known/],
  ['{ "target": { "a": { "context": "${file()}" } } }', /The folder or the Dockerfile of the target a/],
])("what of it cannot be read is told: %s", (text, message) => {
  const { targets, problems } = readBakeFile(text, "/lab");
  expect(targets).toEqual([]);
  expect(problems.map(problemText).join("\n")).toMatch(message);
});

test("nothing costs more than its text: what inherits twice, defaults of defaults, subshells without end", () => {
  const names = Array.from({ length: 60 }, (_, index) => `t${index}`);
  const next = (index: number) => names[index + 1];
  const variable = Object.fromEntries(
    names.map((name, index) => [name, { default: next(index) ? `\${${next(index)}}`.repeat(50) : "x" }]),
  );
  const target = Object.fromEntries(
    names.map((name, index) => [
      name,
      { inherits: next(index) ? [next(index), next(index)] : [], tags: ["${t0}"] },
    ]),
  );
  const { targets } = readBakeFile(JSON.stringify({ variable, target }), "/lab");
  expect(targets.map(({ name, tags }) => [name, tags])).toEqual([["t0", []]]);
  const script = `${"(cd a; docker ps);".repeat(20_000)} docker build x\n`;
  const steps = parseBuildScript(script, "/lab")?.steps ?? [];
  expect(steps.map((step) => step.kind === "build" && step.build?.context)).toEqual(["/lab/x"]);
});

test("any bytes are read: loops in what inherits and in defaults", () => {
  const loops = {
    variable: { A: { default: "${B}" }, B: { default: "${A}" } },
    target: { a: { inherits: ["b"], tags: ["${A}"] }, b: { inherits: ["a"] }, c: { inherits: 1, args: 2 } },
    group: 7,
  };
  expect(readBakeFile(JSON.stringify(loops), "/lab").targets.map(({ name, tags }) => [name, tags])).toEqual([
    ["c", []],
  ]);
});
