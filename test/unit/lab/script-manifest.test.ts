import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseBuildScript } from "../../../core/lab/build-script.ts";
import { Lab } from "../../../core/lab/lab.ts";
import { scriptManifest } from "../../../core/lab/script-manifest.ts";
import { memoryFiles } from "./memory-files.ts";

const read = (text: string) => scriptManifest(parseBuildScript(text, "/lab")!, "/lab");
const manifestOf = (text: string) => JSON.parse(read(text).text);
const unreadIn = (text: string) => read(text).unread.map(({ line, message }) => `${line}: ${message}`);

test("the manifest of the guide's script builds what the script builds", () => {
  const script = readFileSync("examples/lab/build", "utf8");
  const { text, images, placeholder, unread } = read(script);
  expect({ images, placeholder, unread }).toEqual({
    images: ["base", "pytorch"],
    placeholder: "your_gaspar",
    unread: [],
  });
  const folders = { "/lab/base/Dockerfile": "FROM a\n", "/lab/pytorch/Dockerfile": "FROM a\n" };
  const own = script.replaceAll("your_gaspar", "ann");
  const before = new Lab("/lab", memoryFiles({ ...folders, "/lab/build": own }));
  const after = new Lab("/lab", memoryFiles({ ...folders, "/lab/lab-images.json": text }), { user: "ann" });
  expect(after.manifest?.problems).toEqual([]);
  for (const path of Object.keys(folders)) {
    const { settings, ...build } = after.buildOf(path);
    const { settings: _none, ...scripted } = before.buildOf(path);
    expect(build).toEqual(scripted);
    expect(settings).toEqual({ network: "host" });
  }
  expect(after.buildOf("/lab/pytorch/Dockerfile").args.get("BASE_IMG")).toBe(
    "ic-registry.epfl.ch/cvlab/ann/base:ssh",
  );
});

test("reads continuation lines, --file, docker tag, and a second name of a base", () => {
  const script = `#!/bin/sh
docker build --platform=linux/amd64 \\
  --file base/Dockerfile -t base:local \\
  base
docker tag base:local ghcr.io/lab/base:1
docker buildx build --platform linux/amd64 -t ghcr.io/lab/torch --build-arg BASE_IMG=base:local --build-arg N=3 torch/
`;
  expect(unreadIn(script)).toEqual([]);
  expect(manifestOf(script)).toEqual({
    registry: "ghcr.io/lab",
    build: { platform: "linux/amd64" },
    images: { base: { tag: "1" }, torch: { args: { BASE_IMG: "${image:base}", N: "3" } } },
  });
});

test.each([
  ["docker build -t r.io/a/x .", "1: it builds no folder beside this file by that folder's own Dockerfile"],
  [
    "docker build -f x/gpu.Dockerfile x",
    "1: it builds no folder beside this file by that folder's own Dockerfile",
  ],
  ['docker build "$1"', "1: the folder that it builds is not known"],
  ["docker build x\n\ndocker build x --pull", "3: x is built a second time"],
  ['docker build -t "$TAG" x', "1: the name that x gets is not known"],
  ['docker build x \\\n  --build-arg A="$(date)"', "2: the value of a build argument of x is not known"],
  ["docker build x --target dev", "1: --target of x is not kept"],
  ["docker build x -t r.io/a/y:1", "1: it is called y there, and x, as its folder, from now on"],
  ["docker build x -t r.io/a/x:1 -t r.io/a/x:2", "1: its other name, x:2, is not kept"],
  ["docker build x\ndocker tag z r.io/z", "2: the image that gets another name is none of those built above"],
  ["docker build x\ndocker compose build", "2: docker compose is not read"],
  [
    "docker build x --network host\ndocker build y --network none",
    "2: --network of y is not the one of the other builds, or not known",
  ],
  [
    "docker build x --network host\ndocker build y",
    "2: y is built without --network, and with it, as the others, from now on",
  ],
  [
    "docker build a -t r.io/l/a\ndocker build b -t r.io/l/b\ndocker build c -t q.io/c",
    "3: c is pushed under q.io, and all others under r.io/l",
  ],
])("says of %j what it could not read", (script, message) => {
  expect(unreadIn(script)).toEqual([message]);
});

test("reads defaults, arrays, functions, cd and other ways to write it, and says what it could not", () => {
  const script = `#!/usr/bin/env bash
REGISTRY=\${REGISTRY:-r.io/lab}
VERSION=1.2
OPTIONS=(--platform linux/amd64)
BUILD="docker build --network=host"
$BUILD --file=base/Dockerfile --tag "$REGISTRY/base:$VERSION" --build-arg BASE_IMG="debian:12" base
sudo docker build --network host "\${OPTIONS[@]}" -t \${REGISTRY}/torch:\${VERSION} --build-arg=BASE_IMG=$REGISTRY/base:$VERSION ./torch "$@"
(cd jax && DOCKER_BUILDKIT=1 $BUILD -t $REGISTRY/jax:1 .)
pushd tf; $BUILD . -t $REGISTRY/tf:1; popd
cd tools && $BUILD -t $REGISTRY/tools:1 . && cd .. && $BUILD last -t $REGISTRY/last
one() { $BUILD "$1"; }
`;
  expect(unreadIn(script)).toEqual([
    '7: "${OPTIONS[@]}" of torch is not kept',
    '7: "$@" of torch is not kept',
    "11: the folder that it builds is not known",
  ]);
  expect(manifestOf(script)).toEqual({
    registry: "r.io/lab",
    build: { network: "host" },
    images: {
      base: { tag: "1.2", args: { BASE_IMG: "debian:12" } },
      torch: { tag: "1.2", args: { BASE_IMG: "${image:base}" } },
      jax: { tag: "1" },
      tf: { tag: "1" },
      tools: { tag: "1" },
      last: {},
    },
  });
});

test("takes what says how to build, and what is pushed, for no part of the image", () => {
  const script = "set -e\ndocker login\ndocker build --no-cache -q x -t r.io/l/x:1\ndocker push r.io/l/x:1\n";
  expect(unreadIn(script)).toEqual([]);
  expect(manifestOf(script)).toEqual({ registry: "r.io/l", images: { x: { tag: "1" } } });
});
