import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { type Folder, useFolders, useProgram } from "./program.ts";

const program = useProgram("fixture");
const folder = useFolders();

/** Which registry a command without a word is of; a docker config that holds no login is enough to see it. */
function logout({ path }: { readonly path: string }) {
  return program.run(path, ["logout"], { DOCKER_CONFIG: folder().path });
}

describe("without a name the registry is", () => {
  test("that of the lab's build script, also where the lab is a folder of a repository", async () => {
    const repository = folder({
      "images/build": "docker build -t reg.example/lab/base:1 base\n",
      "images/base/Dockerfile": "FROM debian:12\n",
    });
    mkdirSync(repository.at(".git"));
    expect(await logout({ path: repository.at("images") })).toMatchObject({
      code: 0,
      stderr: "No login to reg.example was kept here\n",
    });
  });

  test.each([
    ["there is no lab", {}],
    ["the lab's names are of Docker Hub", { build: "docker build -t ada/base:1 base\n" }],
    ["a manifest says so", { "lab-images.json": '{ "registry": "ada", "images": { "base": {} } }' }],
  ])("Docker Hub where %s", async (_, files) => {
    const lab = folder({ "base/Dockerfile": "FROM debian:12\n", ...files });
    expect(await logout(lab)).toMatchObject({
      code: 0,
      stderr: "No login to docker.io was kept here\n",
    });
  });

  test("the lab's, whatever else is wrong in its manifest", async () => {
    const manifest =
      '{ "registry": "reg.example/lab", "gpuArch": "86", "unknown": 1, "images": { "base": {} } }';
    const lab = folder({ "lab-images.json": manifest, "base/Dockerfile": "FROM debian:12\n" });
    expect(await logout(lab)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("No login to reg.example was kept here\n"),
    });
  });

  test.each([
    [
      "a part of its manifest cannot be read",
      '{ "registry": ["reg.example/lab"], "images": { "base": {} } }',
      /^lab-images: the registry of the lab here is not certain: .*registry must be a text in quotes\. Name the registry: lab-images logout /,
    ],
    [
      "it is a preset's, and its own is misspelt",
      '{ "extends": "epfl-cvlab", "registyr": "reg.example/lab", "images": { "base": {} } }',
      /is not certain: .*registyr is no field/,
    ],
    [
      "its manifest has none",
      '{ "images": { "base": {} } }',
      /^lab-images: the lab here does not say what its registry is\. Name the registry: lab-images logout ghcr\.io, or docker\.io\.\n/,
    ],
    [
      "a variable that is not set holds it",
      '{ "registry": "${env:REGISTRY_OF_LAB}/lab", "images": { "base": {} } }',
      /does not say what its registry is/,
    ],
  ])("nobody's where the lab's is not known: %s", async (_, manifest, message) => {
    const lab: Folder = folder({ "lab-images.json": manifest, "base/Dockerfile": "FROM debian:12\n" });
    const { code, stderr } = await logout(lab);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test("a key of several lines is a password, as docker takes it; its last line's end is none of it", async () => {
  const key = '{\n  "type": "service_account",\n  "private_key": "x\\n"\n}';
  const seen: string[] = [];
  const registry = createServer(({ headers: { authorization = "" } }, response) => {
    seen.push(Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString());
    response.writeHead(authorization === "" ? 401 : 200, { "www-authenticate": 'Basic realm="registry"' });
    response.end("{}");
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = registry.address() as AddressInfo;
    const config = folder();
    const outcome = await program.pipe(
      config.path,
      ["login", "-u", "_json_key", "--password-stdin", `127.0.0.1:${port}`],
      `${key}\r\n`,
      { DOCKER_CONFIG: config.path, DOCKER_HOST: "unix:///nowhere.sock" },
    );
    expect(outcome).toMatchObject({ code: 0, stdout: "" });
    expect(seen).toContain(`_json_key:${key}`);
    const { auths } = JSON.parse(readFileSync(config.at("config.json"), "utf8"));
    expect(Buffer.from(auths[`127.0.0.1:${port}`].auth, "base64").toString()).toBe(`_json_key:${key}`);
  } finally {
    registry.close();
  }
});

test("registry ls finds the lab's registry as the other commands do", async () => {
  const repository = folder({
    "images/build": "docker build -t reg.invalid/lab/base:1 base\n",
    "images/base/Dockerfile": "FROM debian:12\n",
  });
  mkdirSync(repository.at(".git"));
  const { stderr } = await program.run(repository.at("images"), ["registry", "ls"]);
  expect(stderr).toContain("reg.invalid");
});

test("a path without a registry is no place in one", async () => {
  const { code, stderr } = await program.run(folder().path, ["registry", "ls", "pytorch/"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'lab-images: "pytorch/" names no registry. Name it first: docker.io/pytorch/, or ghcr.io/pytorch/.\n',
  });
});
