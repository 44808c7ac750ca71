import { chownSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";

const program = useProgram("real");
const folder = useFolders();

const script = '#!/bin/bash\nset -e\nREGISTRY=ghcr.io/lab\ndocker build -t "$REGISTY/base:1" base\n';
const dockerfile =
  "FROM ubuntu:22.04@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";

/** Path and code of each finding. */
async function found(path: string, args: readonly string[] = []): Promise<[string, string][]> {
  const { stdout } = await program.run(path, ["lint", "--format", "json", ...args]);
  const { files } = JSON.parse(stdout) as {
    files: { path: string; findings: { code: string }[] }[];
  };
  return files.flatMap(({ path: file, findings }) =>
    findings.map(({ code }): [string, string] => [file, code]),
  );
}

describe("without a repository a lab is known", () => {
  const lab = () =>
    folder({
      "lab-images.json": '{ "rules": { "base/floating-tag": "off" }, "images": { "base": { "tag": "v7" } } }',
      "base/Dockerfile": "FROM ubuntu\n",
      "more/gpu/Dockerfile": "FROM ubuntu\n",
    });

  test("from elsewhere, of all files in the folder that is named, and of an image that is", async () => {
    const { path } = lab();
    const elsewhere = folder().path;
    expect(await found(elsewhere, [path])).toEqual([]);
    expect(await found(elsewhere, [`${path}/base`])).toEqual([]);
    expect(await found(elsewhere, [`${path}/base/Dockerfile`])).toEqual([]);
  });

  test("from an image's folder, to every command", async () => {
    const { path } = lab();
    expect(await found(`${path}/base`)).toEqual([]);
    const { stdout } = await program.run(`${path}/base`, ["graph"]);
    expect(stdout).toContain("base:v7");
    const job = await program.run(`${path}/base`, ["job", "--no-check", "."]);
    expect(job.stdout).toMatch(/^runai submit base --image base:v7\n/);
  });

  test.skipIf(process.getuid?.() !== 0)("but not by the file of another user", async () => {
    const others = lab();
    chownSync(others.at("lab-images.json"), 65534, 65534);
    expect(await found(`${others.path}/base`)).toEqual([["Dockerfile", "base/floating-tag"]]);
  });

  test("but not from a folder further up, which nobody named", async () => {
    const { path } = lab();
    expect(await found(folder().path, [`${path}/more/gpu`])).toEqual([
      [`${path}/more/gpu/Dockerfile`, "base/floating-tag"],
    ]);
  });
});

describe("a folder that is searched", () => {
  test("is searched for manifests and for scripts that build images", async () => {
    const lab = folder({
      "base/Dockerfile": dockerfile,
      "lab-images.json": '{ "registry": "ghcr.io/your_gaspar", "images": { "base": {} } }',
      build: script,
      "tools/push.sh": "docker push ghcr.io/lab/Base:1\n",
      "tools/run.sh": "docker run $X\n",
      "build-log": "docker build $X\n",
      "ignored/build.sh": script,
      ".gitignore": "ignored\n",
    });
    expect(await found(lab.path)).toEqual([
      ["build", "script/unset-variable"],
      ["lab-images.json", "image/name"],
      ["tools/push.sh", "image/name"],
    ]);
    const { code, stdout } = await program.run(lab.path, ["lint"]);
    expect(code).toBe(1);
    expect(stdout).toContain("3 problems (3 errors) in 3 files");
  });

  test("takes a manifest with a byte order mark as an editor has it", async () => {
    const lab = folder({
      "lab-images.json": '\uFEFF{ "rules": { "base/floating-tag": "off" } }',
      Dockerfile: "FROM ubuntu\n",
    });
    expect(await program.run(lab.path, ["lint"])).toEqual({
      code: 0,
      stdout: "No problems in 2 files\n",
      stderr: "",
    });
  });

  test("is not empty when it holds a manifest alone", async () => {
    const lab = folder({ "lab-images.json": '{ "timezone": "UTC" }' });
    expect(await program.run(lab.path, ["lint"])).toEqual({
      code: 0,
      stdout: "No problems in 1 file\n",
      stderr: "",
    });
  });
});

describe("a manifest", () => {
  test("that is named is checked, with the exit code of a Dockerfile; nothing is told twice", async () => {
    const lab = folder({
      "lab-images.json": '{\n  "gpuDriver": "new",\n  "rules": { "apt/miror": "off" }\n}\n',
    });
    const { code, stdout, stderr } = await program.run(lab.path, ["lint", "lab-images.json"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain("manifest/value");
    expect(stdout).toContain("write apt/mirror");
    expect(
      (await program.run(lab.path, ["lint", "--rule", "manifest/rules", "--fail-on", "error"])).code,
    ).toBe(2);
  });

  test("that is not checked itself is told about when it cannot be read", async () => {
    const lab = folder({ "lab-images.json": '{\n  "gpuDriver": "new"\n}\n', "base/Dockerfile": dockerfile });
    const { code, stderr } = await program.run(lab.path, ["lint", "base"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `lab-images: ${lab.at("lab-images.json")}, line 2: gpuDriver must be the version of a driver, such as "535.104".\n`,
    );
  });

  test("and a script are put right by --fix, comments kept", async () => {
    const lab = folder({
      "lab-images.json": '{\n  // ours\n  "registry": "https://ghcr.io/Lab/",\n}\n',
      build: script,
    });
    const { code, stdout } = await program.run(lab.path, ["lint", "--fix"]);
    expect(lab.read("lab-images.json")).toBe('{\n  // ours\n  "registry": "ghcr.io/lab",\n}\n');
    expect(lab.read("build")).toBe(script.replace("$REGISTY", "$REGISTRY"));
    expect(stdout).toContain("Fixed lab-images.json\n  Write ghcr.io/lab [image/name]");
    expect({ code, end: stdout.trimEnd().split("\n").at(-1) }).toEqual({
      code: 0,
      end: "2 problems fixed; no problems in 2 files",
    });
  });

  test("on standard input is one when its path says so", async () => {
    const lab = folder({ "base/Dockerfile": dockerfile });
    const text = '{ "images": { "bse": {} } }';
    const args = ["lint", "--stdin", "--path", "lab-images.json"];
    const { code, stdout } = await program.pipe(lab.path, args, text);
    expect(code).toBe(1);
    expect(stdout).toContain("no Dockerfile in the folder bse");
  });
});
