import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type BuildOptions, readBuildArguments } from "../../../cli/build/build-arguments.ts";

const env = { TOKEN: "t", SSH_AUTH_SOCK: "/run/agent", EMPTY: "" };

function options(...args: string[]): BuildOptions {
  const read = readBuildArguments(args, env);
  if (read.kind !== "build") throw new Error(JSON.stringify(read));
  return read.options;
}

function mistake(...args: string[]): string {
  const read = readBuildArguments(args, env);
  return read.kind === "mistake" ? read.message : `no mistake: ${read.kind}`;
}

describe("build's arguments", () => {
  test("as docker users write them", () => {
    const given = options(
      ...[
        "base",
        "-t",
        "lab/base:1",
        "--tag=lab/base:2",
        "-f",
        "x.Dockerfile",
        "--pull",
        "--no-cache",
        "--push",
      ],
      ...["--build-arg", "A=1=2", "--build-arg", "TOKEN", "--build-arg", "NOT_SET", "--label", "a.b=c d"],
      ...["--target", "dev", "--platform", "linux/amd64", "--network=host", "--add-host", "mirror:10.0.0.7"],
      ...["-H", "ssh://node", "--progress", "plain", "--cache-from", "lab/base:0"],
    );
    expect(given).toMatchObject({
      subjects: ["base"],
      file: "x.Dockerfile",
      tags: ["lab/base:1", "lab/base:2"],
      extraHosts: ["mirror:10.0.0.7"],
      cacheFrom: ["lab/base:0"],
      target: "dev",
      platform: "linux/amd64",
      network: "host",
      host: "ssh://node",
      progress: "plain",
      pull: true,
      noCache: true,
      push: true,
    });
    // One that the environment does not have is left out, as docker does it.
    expect([...given.args]).toEqual([
      ["A", "1=2"],
      ["TOKEN", "t"],
    ]);
    expect([...given.labels]).toEqual([["a.b", "c d"]]);
  });

  test.each([
    ["id=a,src=/s/token", "a", { kind: "file", path: "/s/token" }],
    ["type=file,id=a,source=/s/token", "a", { kind: "file", path: "/s/token" }],
    ["id=a,env=TOKEN", "a", { kind: "environment", variable: "TOKEN" }],
    ["type=env,id=TOKEN", "TOKEN", { kind: "environment", variable: "TOKEN" }],
    ["id=TOKEN", "TOKEN", { kind: "environment", variable: "TOKEN" }],
    ["src=/s/token", "/s/token", { kind: "file", path: "/s/token" }],
  ])("--secret %s", (text, id, source) => {
    expect([...options(".", "--secret", text).secrets]).toEqual([[id, source]]);
  });

  test.each([
    ["default", "default", "/run/agent"],
    ["git=/other/agent", "git", "/other/agent"],
  ])("--ssh %s", (text, id, socket) => {
    expect([...options(".", "--ssh", text).sshAgents]).toEqual([[id, socket]]);
  });

  test.each([
    ["mirror:10.0.0.7", "mirror:10.0.0.7"],
    ["mirror=10.0.0.7", "mirror:10.0.0.7"],
    ["six:fe80::1", "six:fe80::1"],
    ["six=[fe80::1]", "six:fe80::1"],
    ["host:host-gateway", "host:host-gateway"],
  ])("--add-host %s", (text, given) => {
    expect(options(".", "--add-host", text).extraHosts).toEqual([given]);
  });

  test.each([
    ["data=/mnt/data", "data", "/mnt/data"],
    ["data=../data", "data", resolve("../data")],
    ["base=docker-image://lab/base:1", "base", "docker-image://lab/base:1"],
    ["src=https://example.org/repository.git#main", "src", "https://example.org/repository.git#main"],
  ])("--build-context %s", (text, name, value) => {
    expect([...options(".", "--build-context", text).namedContexts]).toEqual([[name, value]]);
  });

  test.each<[string[], RegExp]>([
    [["a", "--all"], /leave "a" or --all out/],
    [["a", "b", "-t", "x:1"], /--tag is for one image/],
    [["--all", "--target", "dev"], /--target is for one image/],
    [["a", "--tagg", "x"], /no option "--tagg"; did you mean "--tag"/],
    [["a", "-t"], /--tag needs a value: -t registry\/name:tag/],
    [["a", "--push=yes"], /--push takes no value/],
    [["a", "--progress", "plan"], /not "plan"; did you mean "plain"/],
    [["a", "--build-arg", "=x"], /needs a name in front of "="/],
    [["a", "--secret", "file=x"], /--secret takes/],
    [["a", "--secret", "id=a,path=x"], /not "path"/],
    [["a", "--build-context", "Data=../data"], /in small letters, not "Data"/],
    [["a", "--build-context", "../data"], /--build-context takes NAME=PATH.*not "\.\.\/data"/],
    [["a", "--add-host", "mirror"], /--add-host takes name:address/],
    [["a", "--add-host", "mirror:x y"], /--add-host takes name:address/],
  ])("%j is a mistake", (args, message) => {
    expect(mistake(...args)).toMatch(message);
  });

  test("several images, or all of them", () => {
    expect(options("a", "b", "--force")).toMatchObject({ subjects: ["a", "b"], all: false, force: true });
    expect(options("--all")).toMatchObject({ subjects: [], all: true, force: false });
  });

  test("--ssh without an agent says how to start one", () => {
    const read = readBuildArguments([".", "--ssh", "default"], {});
    expect(read).toMatchObject({ kind: "mistake", message: expect.stringContaining("ssh-add") });
  });

  test("help and version win", () => {
    expect(readBuildArguments(["a", "--push", "-h"], env)).toEqual({ kind: "help" });
    expect(readBuildArguments(["-v"], env)).toEqual({ kind: "version" });
  });
});
