import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { runFile, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

const manifest = {
  registry: "r.io/lab/${user}",
  build: { network: "host", platform: "linux/amd64" },
  images: {
    torch: { tag: "2", args: { BASE_IMG: "${image:base}", SAID: 'a "b" $HOME `c` \\ ${user}' } },
    base: { tag: "1", args: { BASE_IMG: "ubuntu:22.04" } },
  },
};
const dockerfile = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";

function lab(content: object = manifest): string {
  const files = { "lab-images.json": JSON.stringify(content), "docker/fails": "" };
  return folder({ ...files, "base/Dockerfile": dockerfile, "torch/Dockerfile": dockerfile }).path;
}

/** Runs a script with a stand-in for docker that prints its arguments, one a line, and fails where it is told to. */
async function runScript(path: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const docker = join(path, "docker/docker");
  writeFileSync(docker, '#!/bin/sh\nprintf "%s\\n" "$@" --\n[ "$FAILS" != "$1" ]\n');
  chmodSync(docker, 0o755);
  const PATH = [join(path, "docker"), process.env.PATH].join(delimiter);
  const { code, stdout, stderr } = await runFile("bash", [join(path, "build"), ...args], "/", {
    PATH,
    ...env,
  });
  const calls = stdout
    .split("--\n")
    .slice(0, -1)
    .map((call) => call.trim().split("\n"));
  return { code, calls, stderr };
}

test("a folder's name runs nothing, and a terminal obeys nothing of it", async () => {
  const odd = "x\ntouch PWNED #\u001b[8m";
  const { path } = folder({ [`${odd}/Dockerfile`]: "FROM debian:12\n", "docker/fails": "" });
  const { stdout } = await program.run(path, ["export", "script"]);
  expect(stdout).not.toContain("\u001b");
  writeFileSync(join(path, "build"), stdout);
  const { code, calls } = await runScript(path, [], {});
  expect(code).toBe(0);
  expect(calls[0]?.join("\n")).toBe(`build\n--file\n${odd}/Dockerfile\n--tag\n${odd}\n${odd}`);
  expect(readdirSync(path)).not.toContain("PWNED");
});

test("two images whose names bake would take for one have a target each", async () => {
  const { path } = folder({ "a.b/Dockerfile": "FROM debian:12\n", "a_b/Dockerfile": "FROM debian:12\n" });
  const { stdout } = await program.run(path, ["export", "bake"]);
  const { target, group } = JSON.parse(stdout);
  expect(Object.keys(target)).toEqual(group.default.targets);
  expect(Object.values(target)).toMatchObject([{ context: "a.b" }, { context: "a_b" }]);
});

test("the script builds in order with the lab's values, and pushes when asked to", async () => {
  const path = lab();
  const { code, stdout, stderr } = await program.run(path, ["export", "script"], { LAB_IMAGES_USER: "bob" });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("\nset -euo pipefail\n");
  writeFileSync(join(path, "build"), stdout);
  const run = await runScript(path, ["--push"], { LAB_IMAGES_USER: "ann" });
  const all = ["build", "--network", "host", "--platform", "linux/amd64"];
  const base = [...all, "--build-arg", "BASE_IMG=ubuntu:22.04", "--file", "base/Dockerfile"];
  const said = ["--build-arg", 'SAID=a "b" $HOME `c` \\ ann', "--file", "torch/Dockerfile"];
  expect(run).toEqual({
    code: 0,
    stderr: "",
    calls: [
      [...base, "--tag", "r.io/lab/ann/base:1", "base"],
      [
        ...all,
        "--build-arg",
        "BASE_IMG=r.io/lab/ann/base:1",
        ...said,
        "--tag",
        "r.io/lab/ann/torch:2",
        "torch",
      ],
      ["push", "r.io/lab/ann/base:1"],
      ["push", "r.io/lab/ann/torch:2"],
    ],
  });
  expect((await runScript(path, [], { LAB_IMAGES_USER: "ann" })).calls).toHaveLength(2);
});

test("the script ends at the first build that fails, and where the user's name is not known", async () => {
  const path = lab();
  writeFileSync(join(path, "build"), (await program.run(path, ["export", "script"])).stdout);
  const failed = await runScript(path, ["--push"], { LAB_IMAGES_USER: "ann", FAILS: "build" });
  expect([failed.code, failed.calls.length]).toEqual([1, 1]);
  const nobody = await runScript(path, [], {});
  expect([nobody.code, nobody.calls]).toEqual([1, []]);
  expect(nobody.stderr).toContain("LAB_IMAGES_USER: set it to your name");
});

test("init reads an exported script as the manifest that it was made from", async () => {
  const images = { base: manifest.images.base, torch: { tag: "2", args: { BASE_IMG: "${image:base}" } } };
  const content = { registry: "r.io/lab", build: manifest.build, images };
  const script = await program.run(lab(content), ["export", "script"]);
  const other = folder({
    build: script.stdout,
    "base/Dockerfile": dockerfile,
    "torch/Dockerfile": dockerfile,
  });
  expect(await program.run(other.path, ["init"])).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(readFileSync(join(other.path, "lab-images.json"), "utf8"))).toEqual(content);
});

test("init reads an exported bake file as the manifest that it was made from", async () => {
  const images = { base: manifest.images.base, torch: { tag: "2", args: { BASE_IMG: "${image:base}" } } };
  const content = { registry: "r.io/${user}", build: manifest.build, images };
  const bake = await program.run(lab(content), ["export", "bake"]);
  const other = folder({
    "docker-bake.json": bake.stdout,
    "base/Dockerfile": dockerfile,
    "torch/Dockerfile": dockerfile,
  });
  const graph = await program.run(other.path, ["graph", "--json"], { LAB_IMAGES_USER: "ann" });
  const { images: built } = JSON.parse(graph.stdout);
  expect(built.map(({ name, reference }: { name: string; reference: string }) => [name, reference])).toEqual([
    ["base", "r.io/ann/base:1"],
    ["torch", "r.io/ann/torch:2"],
  ]);
  expect(await program.run(other.path, ["init"])).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(readFileSync(join(other.path, "lab-images.json"), "utf8"))).toEqual(content);
});

test("what a bake file calls a base and where it stops stay so in what is exported", async () => {
  const target = {
    base: { context: "base", tags: ["r.io/base:1"] },
    torch: { context: "torch", tags: ["r.io/torch"], contexts: { under: "target:base" }, target: "final" },
  };
  const { path } = folder({
    "docker-bake.json": JSON.stringify({ target }),
    "base/Dockerfile": "FROM debian:12\n",
    "torch/Dockerfile": "FROM under AS final\n",
  });
  const bake = JSON.parse((await program.run(path, ["export", "bake"])).stdout);
  expect(bake.target.torch).toMatchObject({ target: "final", contexts: { under: "target:base" } });
  const script = await program.run(path, ["export", "script"]);
  expect(script.stdout).toContain(
    "--target final \\\n  --build-context under=docker-image://r.io/base:1 \\\n",
  );
});

test("what is taken from the environment is taken from it where the export is used", async () => {
  const images = { base: { tag: "${env:TAG}", args: { BASE_IMG: "debian:${env:RELEASE}" } }, torch: {} };
  const path = lab({ registry: "r.io", images });
  const script = await program.run(path, ["export", "script"], { TAG: "not this" });
  writeFileSync(join(path, "build"), script.stdout);
  const { calls } = await runScript(path, [], { TAG: "7", RELEASE: "12" });
  expect(calls[0]).toEqual([
    ...["build", "--build-arg", "BASE_IMG=debian:12", "--file", "base/Dockerfile", "--tag", "r.io/base:7"],
    "base",
  ]);
  const unset = await runScript(path, [], { TAG: "7" });
  expect([unset.code, unset.calls, unset.stderr]).toEqual([
    1,
    [],
    expect.stringContaining("RELEASE: set it first"),
  ]);
  const bake = JSON.parse((await program.run(path, ["export", "bake"])).stdout);
  expect(bake.variable).toEqual({ TAG: { default: "" }, RELEASE: { default: "" } });
  expect(bake.target.base).toMatchObject({
    tags: ["r.io/base:${TAG}"],
    args: { BASE_IMG: "debian:${RELEASE}" },
  });
});

test("the bake file has a target an image, its bases as targets", async () => {
  const { code, stdout } = await program.run("/", ["export", "bake", lab()]);
  expect(code).toBe(0);
  const all = { dockerfile: "Dockerfile", network: "host", platforms: ["linux/amd64"] };
  expect(JSON.parse(stdout)).toEqual({
    variable: { LAB_IMAGES_USER: { default: "" } },
    group: { default: { targets: ["base", "torch"] } },
    target: {
      base: {
        ...all,
        context: "base",
        tags: ["r.io/lab/${LAB_IMAGES_USER}/base:1"],
        args: { BASE_IMG: "ubuntu:22.04" },
      },
      torch: {
        ...all,
        context: "torch",
        tags: ["r.io/lab/${LAB_IMAGES_USER}/torch:2"],
        args: {
          BASE_IMG: "r.io/lab/${LAB_IMAGES_USER}/base:1",
          SAID: 'a "b" $HOME `c` \\ ${LAB_IMAGES_USER}',
        },
        contexts: { "r.io/lab/${LAB_IMAGES_USER}/base:1": "target:base" },
      },
    },
  });
});

test("the bake file names a Dockerfile from its context, and leaves what is HCL's to no one", async () => {
  const { path } = folder({
    build: "docker build -f x/Dockerfile --build-arg A='${b} %{c}' -t x src\n",
    "x/Dockerfile": dockerfile,
  });
  const { stdout } = await program.run(path, ["export", "bake"]);
  expect(JSON.parse(stdout).target.x).toEqual({
    context: "src",
    dockerfile: "../x/Dockerfile",
    tags: ["x"],
    args: { A: "$${b} %%{c}" },
  });
});

test("prints nothing of a lab that cannot be built whole", async () => {
  const cycle = lab({
    images: { base: { args: { BASE_IMG: "${image:torch}" } }, torch: manifest.images.torch },
  });
  const { code, stdout, stderr } = await program.run(cycle, ["export", "script"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("base builds on itself (base → torch → base)");
  const { path } = folder({
    build: 'docker build x --build-arg A="$1" -t x\n',
    "x/Dockerfile": "FROM ubuntu:22.04\n",
  });
  const unknown = await program.run(path, ["export", "bake"]);
  expect({ code: unknown.code, stdout: unknown.stdout }).toEqual({ code: 1, stdout: "" });
  expect(unknown.stderr).toMatch(/^lab-images: The value of A of x is known to the build script alone\./);
});

test.each([
  [["export"], "say as what: script or bake."],
  [["export", "scrpt"], 'there is no format "scrpt": script or bake; did you mean "script"?'],
  [["export", "bake", ".", "x"], '"x" is one argument too many; leave it out.'],
])("says what is wrong: %j", async (args, message) => {
  const { code, stdout, stderr } = await program.run(lab(), args);
  expect({ code, stdout, first: stderr.split("\n")[0] }).toEqual({
    code: 2,
    stdout: "",
    first: `lab-images: ${message}`,
  });
});

test("exports one build of a script, with its own arguments and all its names", async () => {
  const { path } = folder({
    build: `docker build --target dev --build-arg CUDA=11 -t r.io/x:11 -t r.io/x:old x
docker build --build-arg CUDA=12 -t r.io/x:12 x
`,
    "x/Dockerfile": "ARG CUDA\nFROM nvidia/cuda:${CUDA}\n",
  });
  const { code, stdout, stderr } = await program.run(path, ["export", "script"]);
  expect(code).toBe(0);
  expect(stdout).toContain(
    "--target dev \\\n  --build-arg CUDA=11 \\\n  --file x/Dockerfile \\\n  --tag r.io/x:11 \\\n  --tag r.io/x:old",
  );
  expect(stdout).toContain("docker push r.io/x:11\n  docker push r.io/x:old\n");
  expect(stdout).not.toContain("CUDA=12");
  expect(stderr).toMatch(/line 2: .*which alone is taken/);
});
