import { basename } from "node:path";
import { expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const fromArgument = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";
const on = (base: string) => ({ args: { BASE_IMG: base } });

/** A lab whose manifest has these images, each with a Dockerfile of its own. */
function lab(images: Readonly<Record<string, object>>): string {
  const files = Object.keys(images).map((name) => [`${name}/Dockerfile`, fromArgument]);
  const manifest = JSON.stringify({ registry: "ghcr.io/lab", images });
  return folder({ ...Object.fromEntries(files), "lab-images.json": manifest }).path;
}

const chain = {
  vision: { ...on("${image:torch}"), tag: "2" },
  torch: on("${image:base}"),
  jax: on("${image:base}"),
  base: on("nvidia/cuda:12.2.2-base-ubuntu22.04"),
};

test("shows each image beneath its base, with the order", async () => {
  const { code, stdout, stderr } = await program.run(lab(chain), ["graph"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    [
      "nvidia/cuda:12.2.2-base-ubuntu22.04",
      "└─ base          ghcr.io/lab/base",
      "   ├─ jax        ghcr.io/lab/jax",
      "   └─ torch      ghcr.io/lab/torch",
      "      └─ vision  ghcr.io/lab/vision:2",
      "",
      "Build order: base, jax, torch, vision",
      "",
    ].join("\n"),
  );
});

test("shows the one image of a repository whose root has the Dockerfile", async () => {
  const { path } = folder({ ".git/HEAD": "ref: refs/heads/main\n", Dockerfile: "FROM ubuntu:22.04\n" });
  const { code, stdout } = await program.run(path, ["graph"]);
  const name = basename(path);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `ubuntu:22.04\n└─ ${name}  ${name}\n` });
});

test("reads FROM lines and the build script where there is no manifest, from an image's own folder too", async () => {
  const { path } = folder({
    ".git/HEAD": "ref: refs/heads/main\n",
    build:
      "docker build base -t r.io/base:1\ndocker build torch --build-arg BASE_IMG=r.io/base:1 -t r.io/torch:2\n",
    "base/Dockerfile": "FROM ubuntu:22.04\n",
    "torch/Dockerfile": "ARG BASE_IMG\nFROM golang:1.22 AS tool\nFROM ${BASE_IMG}\nCOPY --from=tool /a /a\n",
  });
  const { code, stdout } = await program.run(path, ["graph"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: [
      "golang:1.22",
      "└─ torch     r.io/torch:2",
      "ubuntu:22.04",
      "└─ base      r.io/base:1",
      "   └─ torch  r.io/torch:2",
      "",
      "Build order: base, torch",
      "",
    ].join("\n"),
  });
  expect((await program.run(`${path}/torch`, ["graph"])).stdout).toBe(stdout);
  expect((await program.run("/", ["graph", path])).stdout).toBe(stdout);
});

test("shows what stands beneath an image of two bases once", async () => {
  const both = { args: { BASE_IMG: "${image:a}", TOOL: "${image:b}" } };
  const images = { a: on("ubuntu:22.04"), b: on("ubuntu:22.04"), both, top: on("${image:both}") };
  const { stdout } = await program.run(lab(images), ["graph"]);
  expect(stdout.split("\n").slice(0, 6)).toEqual([
    "ubuntu:22.04",
    "├─ a          ghcr.io/lab/a",
    "│  └─ both    ghcr.io/lab/both",
    "│     └─ top  ghcr.io/lab/top",
    "└─ b          ghcr.io/lab/b",
    "   └─ both    ghcr.io/lab/both, as above",
  ]);
});

test("tells a cycle, a base and a Dockerfile that are not there, exit code 1", async () => {
  const images = {
    x: on("${image:y}"),
    y: on("${image:x}"),
    torch: on("${image:bse}"),
    base: on("ubuntu:22.04"),
  };
  const path = lab(images);
  const { code, stdout, stderr } = await program.run(path, ["graph"]);
  expect(code).toBe(1);
  expect(stderr.split("\n")).toEqual([
    "lab-images: x builds on itself (x → y → x), so none of them can be built first. Give one of them another base.",
    "lab-images: torch builds on ${image:bse}, and there is no image bse in this lab. Write ${image:base}.",
    "",
  ]);
  expect(stdout).not.toContain("bse");
  expect(stdout).toContain("torch    ghcr.io/lab/torch\n");
  expect(stdout).not.toContain("Build order");
  expect(stdout).toContain(
    "\nx        ghcr.io/lab/x\n└─ y     ghcr.io/lab/y\n   └─ x  ghcr.io/lab/x, as above\n",
  );
  const gone = folder({ "lab-images.json": '{ "images": { "gone": {} } }' }).path;
  const other = await program.run(gone, ["graph"]);
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/^lab-images: There is no Dockerfile in the folder gone, .*\n$/);
});

test("prints JSON", async () => {
  const path = lab({ ...chain, a: on("${image:a}") });
  const { code, stdout } = await program.run(path, ["graph", "--json"]);
  expect(code).toBe(1);
  const { images, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({
    root: path,
    order: ["base", "jax", "torch", "vision"],
    cycles: [["a", "a"]],
    faults: [expect.stringContaining("a is its own base")],
  });
  expect(images.slice(1, 3)).toEqual([
    {
      name: "base",
      reference: "ghcr.io/lab/base",
      dockerfile: "base/Dockerfile",
      bases: [],
      otherBases: ["nvidia/cuda:12.2.2-base-ubuntu22.04"],
      missingBases: [],
    },
    expect.objectContaining({ name: "jax", bases: ["base"], otherBases: [] }),
  ]);
});

test("says where it looks when there is nothing, and what is wrong with a manifest, exit code 2", async () => {
  const nothing = await program.run(folder({ "notes.txt": "" }).path, ["graph"]);
  expect({ code: nothing.code, stdout: nothing.stdout }).toEqual({ code: 2, stdout: "" });
  expect(nothing.stderr).toMatch(/^lab-images: \. holds no image: .*\n$/);
  const { path } = folder({
    "lab-images.json": '{ "imagse": {} }',
    "base/Dockerfile": "FROM ubuntu:22.04\n",
  });
  const misspelt = await program.run(path, ["graph"]);
  expect(misspelt.code).toBe(2);
  expect(misspelt.stdout).toBe("ubuntu:22.04\n└─ base  base\n");
  expect(misspelt.stderr).toMatch(/lab-images\.json, line 1: imagse is no field .*: write images\.\n$/);
  const usage = await program.run(path, ["graph", ".", "x"]);
  expect(usage.stderr).toMatch(
    /^lab-images: "x" is one argument too many; leave it out\.\n\nUsage: lab-images graph/,
  );
});

test("tells what the lab's script builds and the lab does not, and fails for none of it", async () => {
  const { path } = folder({
    build: "docker build -t r.io/x:cpu x\ndocker build --target gpu -t r.io/x:gpu x\n",
    "x/Dockerfile": "FROM ubuntu:22.04\n",
  });
  const { code, stdout, stderr } = await program.run(path, ["graph"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("r.io/x:cpu") });
  expect(stderr).toMatch(/^lab-images: .*build, line 2: .*the build of line 1, which alone is taken.*\n$/);
  // What a script has to build is its own matter.
  expect(await program.run(path, ["lint"])).toMatchObject({ code: 0, stderr: "" });
});

test("names the Dockerfiles of a folder that the manifest lists, where none is the image's", async () => {
  const { path } = folder({
    "lab-images.json": '{ "images": { "x": {} } }',
    "x/Dockerfile.cpu": "FROM ubuntu:22.04\n",
    "x/Dockerfile.gpu": "FROM ubuntu:22.04\n",
  });
  const { code, stderr } = await program.run(path, ["graph"]);
  expect(code).toBe(1);
  expect(stderr).toContain("There is no Dockerfile in the folder x, only Dockerfile.cpu, Dockerfile.gpu, so");
});
