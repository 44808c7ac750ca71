import { describe, expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import { labRootOf } from "../../../core/lab/lab-root.ts";
import { readManifest } from "../../../core/lab/manifest.ts";
import { problemText } from "../../../core/lab/manifest-text.ts";
import { memoryFiles } from "./memory-files.ts";

const dockerfile = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";
const guideScript = `#!/bin/bash
CUDA_IMG=nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
REGISTRY=ic-registry.epfl.ch/cvlab/your_gaspar
BUILD="docker build --network=host"

docker pull $CUDA_IMG
$BUILD base --build-arg BASE_IMG=$CUDA_IMG -t $REGISTRY/base:ssh
docker push $REGISTRY/base:ssh
$BUILD pytorch \\
  --build-arg BASE_IMG=$REGISTRY/base:ssh \\
  -t $REGISTRY/pytorch:torch210
docker push $REGISTRY/pytorch:torch210
`;

describe("a folder without a manifest", () => {
  const files = memoryFiles({
    "/lab/base/Dockerfile": dockerfile,
    "/lab/pytorch/Dockerfile": dockerfile,
    "/lab/notes/todo.md": "",
    "/lab/build": guideScript,
  });
  const lab = new Lab("/lab", files);

  test("has an image for each folder with a Dockerfile, named after it", () => {
    expect(lab.image("/lab/pytorch/Dockerfile")).toMatchObject({ name: "pytorch", siblings: ["base"] });
  });

  test("gives arguments the values of the guide's build script", () => {
    expect([...lab.image("/lab/base/Dockerfile").buildArguments]).toEqual([
      ["BASE_IMG", "nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04"],
    ]);
    expect([...lab.image("/lab/pytorch/Dockerfile").buildArguments]).toEqual([
      ["BASE_IMG", "ic-registry.epfl.ch/cvlab/your_gaspar/base:ssh"],
    ]);
  });

  test("would have its manifest beside the images", () => {
    expect(lab.image("/lab/base/Dockerfile").manifestPath).toBe("/lab/lab-images.json");
    expect(labRootOf("/lab/base/Dockerfile", "/lab", files)).toBe("/lab");
    expect(labRootOf("/lab/base/Dockerfile", "/lab/base", files)).toBe("/lab/base");
  });
});

describe("a Dockerfile in the lab's own folder", () => {
  test("is an image too, named after the folder", () => {
    const lab = new Lab("/work/net", memoryFiles({ "/work/net/Dockerfile": dockerfile }));
    expect(lab.imageNames).toEqual(["net"]);
    expect(lab.dockerfileOfImage("net")).toBe("/work/net/Dockerfile");
    expect(lab.buildOf("/work/net/Dockerfile")).toMatchObject({
      name: "net",
      context: "/work/net",
      tag: "net",
    });
  });

  test("leaves its name to a folder in it; one of another name is no image", () => {
    const own = memoryFiles({ "/net/Dockerfile": dockerfile, "/net/net/Dockerfile": dockerfile });
    expect(new Lab("/net", own).dockerfileOfImage("net")).toBe("/net/net/Dockerfile");
    expect(new Lab("/net", memoryFiles({ "/net/Dockerfile.dev": dockerfile })).imageNames).toEqual([]);
  });
});

describe("build scripts", () => {
  const builtWith = (script: string) => [
    ...new Lab("/lab", memoryFiles({ "/lab/base/Dockerfile": dockerfile, "/lab/build.sh": script })).image(
      "/lab/base/Dockerfile",
    ).buildArguments,
  ];

  test.each([
    ["docker build -t x --build-arg A=1 base", [["A", "1"]]],
    ["docker build --build-arg=A=1 ./base/", [["A", "1"]]],
    ["cd /x; docker buildx build --push --build-arg 'A=b c' -f base/Dockerfile .", [["A", "b c"]]],
    ["podman build --build-arg A=$UNSET base", [["A", null]]],
    ["export A=1; docker build --build-arg A base", [["A", null]]],
    ['[ "$1" = dev ] && A=2; docker build --build-arg A=$A base', [["A", null]]],
    ['A=1; [ "$1" = dev ] && A=2; docker build --build-arg A=$A base', [["A", null]]],
    ["docker build --build-arg A=1 other", []],
    ["docker push base", []],
    ["docker build --build-arg", []],
    ["docker build $(", []],
  ])("%s", (script, expected) => {
    expect(builtWith(script)).toEqual(expected);
  });
});

describe("a manifest", () => {
  const manifest = `{
    // our lab
    "registry": "ic-registry.epfl.ch/cvlab/x",
    "images": {
      "base": { "tag": "ssh", "args": { "BASE_IMG": "nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04" } },
      "pytorch": { "args": { "BASE_IMG": "\${image:base}" } },
    },
    "rules": { "apt/clean-lists": "off" }
  }`;

  test("wins over the build script, and names images as the lab pushes them", () => {
    const lab = new Lab(
      "/lab",
      memoryFiles({
        "/lab/base/Dockerfile": dockerfile,
        "/lab/pytorch/Dockerfile": dockerfile,
        "/lab/build": guideScript,
        "/lab/lab-images.json": manifest,
      }),
    );
    expect(lab.image("/lab/pytorch/Dockerfile").buildArguments.get("BASE_IMG")).toBe(
      "ic-registry.epfl.ch/cvlab/x/base:ssh",
    );
    expect([...(lab.manifest?.rules ?? [])]).toEqual([["apt/clean-lists", "off"]]);
  });

  test("is found above the image, not beyond the workspace", () => {
    const files = memoryFiles({ "/lab/lab-images.json": "{}", "/lab/sub/base/Dockerfile": dockerfile });
    expect(labRootOf("/lab/sub/base/Dockerfile", "/lab", files)).toBe("/lab");
    expect(labRootOf("/lab/sub/base/Dockerfile", "/lab/sub", files)).toBe("/lab/sub");
  });

  test("tells what its images set to the images built on them, and survives a circle", () => {
    const lab = new Lab(
      "/lab",
      memoryFiles({
        "/lab/lab-images.json": JSON.stringify({
          images: { a: { args: { B: "${image:b}" } }, b: { args: { B: "${image:a}" } } },
        }),
        "/lab/a/Dockerfile": "ARG B\nFROM $B\nENV FROM_A=1\n",
        "/lab/b/Dockerfile": "ARG B\nFROM $B\nENV FROM_B=2\n",
      }),
    );
    expect(lab.image("/lab/a/Dockerfile").baseEnvironment("b")?.get("FROM_B")).toBe("2");
    expect(lab.image("/lab/a/Dockerfile").baseEnvironment("elsewhere")).toBeUndefined();
  });

  test.each([
    ["{", /line 1: not valid JSON/],
    ["[]", /must hold a JSON object/],
    ['{ "images": { "a": 1 } }', /images\.a must be an object/],
    ['{ "images": { "a": { "args": { "B": [] } } } }', /images\.a\.args\.B must be a text/],
    ['{ "rules": 3 }', /rules must be an object/],
    ['{ "registry": {} }', /registry must be a text/],
  ])("that is wrong says where: %s", (text, message) => {
    expect(readManifest(text).problems.map(problemText).join("\n")).toMatch(message);
  });

  test("that is wrong in one place counts in the others", () => {
    expect(readManifest('{ "registry": 1, "rules": { "a/b": "off" } }').rules.get("a/b")).toBe("off");
  });
});

describe("the build of an image", () => {
  const files = {
    "/lab/base/Dockerfile": dockerfile,
    "/lab/base/Dockerfile.dev": dockerfile,
    "/lab/pytorch/Containerfile": dockerfile,
  };
  const manifest = JSON.stringify({
    extends: "epfl-cvlab",
    images: { base: { tag: "ssh" }, pytorch: { args: { BASE_IMG: "${image:base}" } } },
  });
  const withManifest = (user?: string) =>
    new Lab("/lab", memoryFiles({ ...files, "/lab/lab-images.json": manifest }), { user });

  test("has name, arguments and settings from the manifest and its preset", () => {
    expect(withManifest("gaspar").buildOf("/lab/pytorch/Dockerfile")).toEqual({
      name: "pytorch",
      context: "/lab/pytorch",
      tag: "ic-registry.epfl.ch/cvlab/gaspar/pytorch",
      args: new Map([["BASE_IMG", "ic-registry.epfl.ch/cvlab/gaspar/base:ssh"]]),
      settings: { network: "host" },
      unfinished: new Map(),
      bases: new Map(),
      otherTags: [],
      lost: [],
    });
    expect(withManifest().buildOf("/lab/base/Dockerfile").tag).toBe(
      "ic-registry.epfl.ch/cvlab/${user}/base:ssh",
    );
  });

  test("is found by the image's name", () => {
    expect(withManifest().dockerfileOfImage("pytorch")).toBe("/lab/pytorch/Containerfile");
    expect(withManifest().dockerfileOfImage("nosuch")).toBeUndefined();
  });

  test("is found by the reference that others name it by, whatever its Dockerfile is called", () => {
    const images = { pytorch: {}, above: { args: { BASE_IMG: "${image:pytorch}" } } };
    const written = {
      "/lab/lab-images.json": JSON.stringify({ images }),
      "/lab/above/Dockerfile": dockerfile,
    };
    const lab = new Lab("/lab", memoryFiles({ ...files, ...written }));
    expect(lab.image("/lab/above/Dockerfile").dockerfileOf("pytorch")).toBe("/lab/pytorch/Containerfile");
    expect(lab.basesOf("/lab/above/Dockerfile")).toEqual(["pytorch"]);
  });

  test("an image that the manifest does not name is a base all the same, with latest or without", () => {
    const files = {
      "/lab/base/Dockerfile": "FROM nvidia/cuda:12.2.2-base-ubuntu22.04\n",
      "/lab/nginx/Dockerfile": "FROM nginx\n",
      "/lab/torch/Dockerfile": "FROM reg.example.org/lab/base:latest\n",
    };
    const named = new Lab(
      "/lab",
      memoryFiles({ ...files, "/lab/lab-images.json": '{ "registry": "reg.example.org/lab" }' }),
    );
    expect(named.basesOf("/lab/torch/Dockerfile")).toEqual(["base"]);
    const copying = {
      ...files,
      "/lab/lab-images.json": '{ "registry": "reg.example.org/lab" }',
      "/lab/copies/Dockerfile": `FROM nginx AS base
COPY --from=reg.example.org/lab/torch /a /
COPY --from=base /b /
RUN --mount=from=reg.example.org/lab/base,target=/m ls
`,
    };
    const copies = new Lab("/lab", memoryFiles(copying));
    expect(copies.basesOf("/lab/copies/Dockerfile")).toEqual(["torch", "base"]);
    expect(copies.otherBasesOf("/lab/copies/Dockerfile")).toEqual(["nginx"]);
    // Docker Hub's image, not the folder.
    expect(new Lab("/lab", memoryFiles(files)).basesOf("/lab/nginx/Dockerfile")).toEqual([]);
  });

  test("of a variant in the same folder does not take the image's name", () => {
    expect(withManifest().buildOf("/lab/base/Dockerfile.dev").tag).toBeUndefined();
  });

  test("has its name from the build script, else from its folder", () => {
    const scripted = new Lab("/lab", memoryFiles({ ...files, "/lab/build": guideScript }));
    expect(scripted.buildOf("/lab/base/Dockerfile").tag).toBe(
      "ic-registry.epfl.ch/cvlab/your_gaspar/base:ssh",
    );
    expect(new Lab("/lab", memoryFiles(files)).buildOf("/lab/base/Dockerfile").tag).toBe("base");
  });

  test("takes only texts for its settings", () => {
    expect(readManifest('{ "build": { "network": 1 } }').problems.map(problemText)).toEqual([
      "lab-images.json, line 1: build.network must be a text in quotes.",
    ]);
  });
});

test("a manifest that is there and gives no text is told", () => {
  const files = memoryFiles({ "/lab/lab-images.json": "{}" });
  const locked = { ...files, readText: () => undefined };
  expect(new Lab("/lab", locked).problems.map(problemText)).toEqual([
    "lab-images.json, line 1: it cannot be read, or has over 1 MB, and so nothing of it counts; put it right first.",
  ]);
  expect(new Lab("/lab", files).problems).toEqual([]);
});

test("a manifest of more entries than a lab has is told and not read; it would be quadratic", () => {
  const images = (count: number) =>
    JSON.stringify({ images: Object.fromEntries(Array.from({ length: count }, (_, at) => [`i${at}`, {}])) });
  const problems = (text: string) =>
    new Lab("/lab", memoryFiles({ "/lab/lab-images.json": text })).manifest?.problems.map(
      ({ message }) => message,
    );
  expect(problems(images(500))).toEqual([]);
  expect(problems(images(501))).toEqual([expect.stringMatching(/^more than 500 entries/)]);
  expect(problems(`{ "hosts": [${'"a", '.repeat(600)}"b"] }`)).toEqual([
    expect.stringMatching(/^more than 500 entries/),
  ]);
});

test("a manifest that is nested without end is told and not read, however it is nested", () => {
  for (const text of ["[".repeat(500_000), '{"images":'.repeat(50_000)]) {
    const lab = new Lab("/lab", memoryFiles({ "/lab/lab-images.json": text }));
    const [problem, ...others] = lab.manifest?.problems ?? [];
    expect(problem?.message).toBe(
      "nested deeper than 64 levels, so nothing of it was read; take the brackets out.",
    );
    expect(others).toEqual([]);
  }
});
