import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const script = `REGISTRY=r.io/lab/your_name
docker build base -t $REGISTRY/base:1
docker build torch -t $REGISTRY/torch:2 --build-arg BASE_IMG=$REGISTRY/base:1 --target dev
`;

const manifestIn = (path: string) => JSON.parse(readFileSync(join(path, "lab-images.json"), "utf8"));

test("writes what the build script says, and tells what it left out, exit code 1", async () => {
  const { path } = folder({ build: script, "notes.sh": "echo docker\n" });
  const { code, stdout, stderr } = await program.run(path, ["init"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "build:3: --target of torch is not kept\n" });
  expect(stdout).toBe(
    "Wrote lab-images.json with base, torch, from build.\nFor your_name it has ${user}: set LAB_IMAGES_USER to your name (in VS Code: labImages.user).\n",
  );
  expect(manifestIn(path)).toEqual({
    registry: "r.io/lab/${user}",
    images: { base: { tag: "1" }, torch: { tag: "2", args: { BASE_IMG: "${image:base}" } } },
  });
});

test("never writes over a manifest, not even a broken one, exit code 2", async () => {
  const { path } = folder({ build: script, "lab-images.json": "{" });
  const { code, stdout, stderr } = await program.run(path, ["init"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^lab-images: lab-images\.json is there already, .*\n$/);
  expect(readFileSync(join(path, "lab-images.json"), "utf8")).toBe("{");
});

test("wants to be told which script, and writes beside it", async () => {
  const { path } = folder({
    "build.sh": script,
    "build-all": script,
    "lab/go": "docker build a -t r.io/a:1\n",
  });
  const two = await program.run(path, ["init"]);
  expect(two.code).toBe(2);
  expect(two.stderr).toBe(
    "lab-images: build-all, build.sh all build images: name the one to read, such as lab-images init build-all.\n",
  );
  const { code, stdout } = await program.run(path, ["init", "lab/go"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Wrote lab-images.json with a, from lab/go.\n" });
  expect(manifestIn(join(path, "lab"))).toEqual({ registry: "r.io", images: { a: { tag: "1" } } });
});

test("takes the folders where there is no script", async () => {
  const { path } = folder({ "b/Dockerfile": "FROM a\n", "a/Dockerfile": "FROM a\n", "c/x": "" });
  const { code, stdout } = await program.run(path, ["init"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Wrote lab-images\.json with a, b\. /);
  expect(manifestIn(path)).toEqual({ images: { a: {}, b: {} } });
});

test.each([
  [["init", "gone"], "gone cannot be read: there is no such file or folder; check the spelling of the path."],
  [["init", "x"], "x builds no image: name a shell script that calls docker build, or a docker-bake.json."],
  [["init"], "there is neither a build script nor a folder with a Dockerfile here."],
  [["init", "x", "y"], '"y" is one argument too many; leave it out.'],
])("says why it writes nothing: %j", async (args, message) => {
  const { path } = folder({ x: "echo\n" });
  const { code, stderr } = await program.run(path, args);
  expect({ code, first: stderr.split("\n")[0] }).toEqual({ code: 2, first: `lab-images: ${message}` });
  expect(existsSync(join(path, "lab-images.json"))).toBe(false);
});

test("reads a docker-bake.json, and says what of it has no place in a manifest", async () => {
  const target = {
    base: { context: "base", tags: ["r.io/l/base:1"], labels: { a: "b" } },
    torch: { context: "torch", tags: ["r.io/l/torch"], contexts: { under: "target:base" } },
    tools: { dockerfile: "tools.Dockerfile" },
  };
  const { path } = folder({ "docker-bake.json": JSON.stringify({ target }, undefined, 1) });
  const { code, stdout, stderr } = await program.run(path, ["init"]);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: "Wrote lab-images.json with base, torch, from docker-bake.json.\n",
  });
  expect(stderr.split("\n").slice(0, 3)).toEqual([
    "docker-bake.json:3: labels of base is not kept",
    "docker-bake.json:12: the context under of torch is not kept",
    "docker-bake.json:21: it builds no folder beside this file by that folder's own Dockerfile",
  ]);
  expect(manifestIn(path)).toEqual({ registry: "r.io/l", images: { base: { tag: "1" }, torch: {} } });
});

test("says of a bake file in HCL that it is not read, and how to make one that is", async () => {
  const { path } = folder({ "docker-bake.hcl": 'target "a" {}\n', "a/Dockerfile": "FROM b\n" });
  for (const args of [["init"], ["init", "docker-bake.hcl"]]) {
    const { code, stderr } = await program.run(path, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^lab-images: docker-bake\.hcl is not read, .* docker buildx bake --print /);
  }
});

test("leaves to a preset what it says, and asks for none that there is not", async () => {
  const cvlab = script.replace("r.io/lab/your_name", "ic-registry.epfl.ch/cvlab/your_gaspar");
  const { path } = folder({ build: cvlab.replaceAll("docker build", "docker build --network=host") });
  const wrong = await program.run(path, ["init", "--extends", "epfl"]);
  expect([wrong.code, wrong.stderr.split("\n")[0]]).toEqual([
    2,
    'lab-images: there is no preset "epfl"; did you mean "epfl-cvlab"?',
  ]);
  await program.run(path, ["init", "--extends", "epfl-cvlab"]);
  expect(manifestIn(path)).toEqual({
    extends: "epfl-cvlab",
    images: { base: { tag: "1" }, torch: { tag: "2", args: { BASE_IMG: "${image:base}" } } },
  });
  const bare = folder({ "a/Dockerfile": "FROM b\n" });
  await program.run(bare.path, ["init", "--registry", "ghcr.io/lab"]);
  expect(manifestIn(bare.path)).toEqual({ registry: "ghcr.io/lab", images: { a: {} } });
});

test.each([
  [
    ["--registry", "https://Reg.org/lab/"],
    "No image can be pushed under https://Reg.org/lab/: Docker takes a host and a path in lower case, without https:// and without a slash at the end. Write reg.org/lab.",
  ],
  [["--extends", "./lab.json"], "there is no file ./lab.json beside the manifest for it to extend."],
])("refuses what would be wrong in the manifest: %j", async (choice, message) => {
  const { path } = folder({ "a/Dockerfile": "FROM b\n" });
  const { code, stderr } = await program.run(path, ["init", ...choice]);
  expect({ code, first: stderr.split("\n")[0] }).toEqual({ code: 2, first: `lab-images: ${message}` });
  expect(existsSync(join(path, "lab-images.json"))).toBe(false);
});

test("takes a file to extend that is there, and tells which names it does not keep", async () => {
  const { path } = folder({
    build: "docker build -t base:v1 -t base:dev base\ndocker build -t x:1 -t r.io/x:1 x\n",
    "lab.json": "{}",
  });
  const { code, stderr } = await program.run(path, ["init", "--extends", "./lab.json"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "build:1: its other name, base:dev, is not kept\n" });
  expect(manifestIn(path).extends).toBe("./lab.json");
});

test("keeps a script's comments where they belong", async () => {
  const text = "#!/bin/sh\n# Ours.\n\n# The base.\ndocker build a -t r.io/a\n# Not now: b\n";
  const { path } = folder({ build: text });
  expect((await program.run(path, ["init"])).code).toBe(0);
  expect(readFileSync(join(path, "lab-images.json"), "utf8")).toBe(
    '// Ours.\n{\n  "registry": "r.io",\n  "images": {\n    // The base.\n    "a": {}\n    // Not now: b\n  }\n}\n',
  );
});

test("writes nothing where it may not, and says why", async () => {
  const { path } = folder({ build: "docker build a -t r.io/a:1\n", "sub/x": "" });
  const file = join(path, "sub");
  const { code, stderr } = await program.run(path, ["init", "sub"]);
  expect([code, stderr]).toEqual([
    2,
    "lab-images: sub cannot be read: it is a folder; name the file in it.\n",
  ]);
  expect(existsSync(join(file, "lab-images.json"))).toBe(false);
});

test("says where the shell itself cannot read a script", async () => {
  const { path } = folder({ build: 'docker build a -t r.io/a:1\ndocker build b -t "r.io/b:1\n' });
  const { code, stderr } = await program.run(path, ["init"]);
  expect(code).toBe(1);
  expect(stderr).toContain('build:2: The quote that begins here has no end: write " where the text ends\n');
  expect(manifestIn(path).images).toEqual({ a: { tag: "1" } });
});

test("says which lines kept a script from being read at all", async () => {
  const { path } = folder({ build: 'for each in a b; do\n  docker build "$each"\ndone\n' });
  const { code, stderr } = await program.run(path, ["init"]);
  expect(code).toBe(2);
  expect(stderr.split("\n").slice(0, 2)).toEqual([
    "lab-images: no image could be read from build.",
    "lab-images: build:2: the folder that it builds is not known",
  ]);
});
