import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { Lab } from "../../../core/lab/lab.ts";
import type { LabValues } from "../../../core/lab/lab-image.ts";
import { readManifest } from "../../../core/lab/manifest.ts";
import { problemText } from "../../../core/lab/manifest-text.ts";
import { memoryFiles } from "./memory-files.ts";

const dockerfile = "/lab/base/Dockerfile";

function lab(manifest: object | string, user?: string, more: Readonly<Record<string, string>> = {}): Lab {
  const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
  return new Lab("/lab", memoryFiles({ "/lab/lab-images.json": text, [dockerfile]: "FROM a\n", ...more }), {
    user,
  });
}

const valuesOf = (...args: Parameters<typeof lab>): LabValues => lab(...args).image(dockerfile).values;
const problemsOf = (...args: Parameters<typeof lab>) => lab(...args).manifest?.problems.map(problemText);

const all = {
  registry: "ic-registry.epfl.ch/cvlab/${user}",
  allowedRegistries: ["docker.io/nvidia", "nvcr.io"],
  hosts: ["ssh://node.ethz.ch", "tcp://node:2376"],
  aptMirror: "ubuntu.ethz.ch",
  storage: "/cvlabdata2/home/${user}",
  gpuDriver: "535.104",
  gpuArch: ["7.0", "8.0"],
  timezone: "Europe/Zurich",
};

describe("what a lab sets", () => {
  test("reaches each of its images", () => {
    expect(valuesOf(all)).toEqual(all);
    expect(valuesOf("{}")).toEqual({});
  });

  test("has the user's name in the place of ${user}", () => {
    expect(valuesOf(all, " gaspar ")).toEqual({
      ...all,
      registry: "ic-registry.epfl.ch/cvlab/gaspar",
      storage: "/cvlabdata2/home/gaspar",
      user: "gaspar",
    });
    expect(valuesOf(all, "")).toEqual(all);
  });

  test("has it in build arguments and in the names of its images too", () => {
    const images = {
      base: { tag: "ssh" },
      torch: { args: { BASE_IMG: "${image:base}", HOME: "/home/${user}" } },
    };
    const torch = lab({ ...all, images }, "gaspar").image("/lab/torch/Dockerfile");
    expect([...torch.buildArguments]).toEqual([
      ["BASE_IMG", "ic-registry.epfl.ch/cvlab/gaspar/base:ssh"],
      ["HOME", "/home/gaspar"],
    ]);
    expect(torch.workspaceBase("ic-registry.epfl.ch/cvlab/gaspar/base:ssh")).toBeDefined();
  });

  test("has the user's name in hosts, or leaves it to ssh", () => {
    const hosts = ["ssh://${user}@node:2222"];
    expect(valuesOf({ hosts }, "gaspar").hosts).toEqual(["ssh://gaspar@node:2222"]);
    expect(valuesOf({ hosts }).hosts).toEqual(["ssh://node:2222"]);
  });

  test.each(["node", "ssh://-oProxyCommand=x", "ssh://a b", "unix:///run/docker.sock", "ssh://n?x"])(
    "has no host %j, and the others all the same",
    (wrong) => {
      const manifest = { hosts: ["ssh://node", wrong, "ssh://ann@[::1]:22/run/docker.sock"] };
      expect(problemsOf(manifest)).toEqual([expect.stringContaining(`hosts has "${wrong}"`)]);
      expect(valuesOf(manifest).hosts).toEqual(["ssh://node", "ssh://ann@[::1]:22/run/docker.sock"]);
    },
  );

  test("that stand twice in one object are told, and the later one holds", () => {
    const twice =
      '{\n"registry": "a.io",\n"images": { "x": { "tag": "1" }, "x": { "tag": "2" } },\n"registry": "b.io"\n}';
    const { problems, registry } = readManifest(twice);
    expect(registry).toBe("b.io");
    expect(problems.map(({ line, message }) => `${line}: ${message.split(",")[0]}`)).toEqual([
      "3: x stands here a second time",
      "4: registry stands here a second time",
    ]);
  });

  test("may be numbers where people write numbers", () => {
    expect(valuesOf('{ "gpuArch": [7.0, 8.6] }')).toEqual({ gpuArch: ["7.0", "8.6"] });
  });

  test.each<[object, RegExp]>([
    [{ aptMirror: 3 }, /aptMirror must be a text in quotes\.$/],
    [{ aptMirror: "http://ubuntu.ethz.ch/ubuntu" }, /aptMirror must be the name of a host/],
    [{ gpuDriver: "the newest" }, /gpuDriver must be the version of a driver/],
    [{ gpuArch: "8.0" }, /gpuArch must be a list of compute capabilities/],
    [{ gpuArch: ["sm_80"] }, /gpuArch must be a list of compute capabilities/],
    [{ gpuArch: [86] }, /gpuArch must be a list of compute capabilities/],
    [{ gpuArch: [8.65] }, /gpuArch must be a list of compute capabilities/],
    [{ allowedRegistries: "nvcr.io" }, /allowedRegistries must be a list of texts/],
    [{ hosts: "ssh://node" }, /hosts must be a list of texts, such as \["ssh:\/\/node"\]/],
    [{ storage: ["/data"] }, /storage must be a text/],
    [{ images: [] }, /images must be an object/],
  ])("is told when it is of the wrong kind, and leaves the others in force: %j", (mistake, message) => {
    const manifest = { timezone: "Europe/Zurich", ...mistake };
    expect(problemsOf(manifest)).toEqual([expect.stringMatching(message)]);
    expect(valuesOf(manifest)).toEqual({ timezone: "Europe/Zurich" });
  });
});

describe("extends", () => {
  test("takes a preset's values where the manifest has none", () => {
    const values = valuesOf({ extends: "epfl-cvlab", aptMirror: "mirror.example.org" }, "gaspar");
    expect(values).toMatchObject({
      aptMirror: "mirror.example.org",
      gpuDriver: "535.104",
      storage: "/cvlabdata2/home/gaspar",
      registry: "ic-registry.epfl.ch/cvlab/gaspar",
    });
  });

  test("takes what builds and jobs are given part by part", () => {
    const own = {
      extends: "epfl-cvlab",
      build: { platform: "linux/amd64" },
      job: { gpu: 0.5, project: "p" },
    };
    expect(valuesOf(own)).toMatchObject({
      build: { network: "host", platform: "linux/amd64" },
      job: { cli: "runai-v1", gpu: 0.5, project: "p", largeShm: true },
    });
  });

  test("takes a file's values, images and rules, from where that file lies", () => {
    const files = {
      "/shared/lab.json":
        '{ "extends": "./more.json", "timezone": "UTC", "rules": { "a/b": "off", "c/d": "info" } }',
      "/shared/more.json": '{ "gpuDriver": "470.57", "timezone": "Asia/Tokyo" }',
    };
    const extended = lab({ extends: "../shared/lab.json", rules: { "a/b": "error" } }, undefined, files);
    expect(extended.image(dockerfile).values).toEqual({ gpuDriver: "470.57", timezone: "UTC" });
    expect([...(extended.manifest?.rules ?? [])]).toEqual([
      ["a/b", "error"],
      ["c/d", "info"],
    ]);
    expect(extended.manifest?.problems).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["epfl-cvlabs", {}, /no preset that ships: "epfl-cvlabs"; write epfl-cvlab/],
    ["./gone.json", {}, /"\.\/gone\.json", which cannot be read/],
    ["./lab-images.json", {}, /leads back to this file/],
    [
      "./a.json",
      { "/lab/a.json": '{ "extends": "./lab-images.json" }' },
      /^a\.json, line 1: extends .* leads back/,
    ],
    ["./a.json", { "/lab/a.json": '{ "gpuDriver": 1 }' }, /^a\.json, line 1: gpuDriver must be a text/],
    ["./a.json", { "/lab/a.json": "{" }, /^a\.json, line 1: not valid JSON/],
  ])("is told when it leads nowhere, and the manifest counts: %s %j", (from, files, message) => {
    const manifest = { extends: from, timezone: "UTC" };
    expect(problemsOf(manifest, undefined, files)).toEqual([expect.stringMatching(message)]);
    expect(valuesOf(manifest, undefined, files)).toEqual({ timezone: "UTC" });
  });
});

test("what a known base sets counts like what an image of the lab sets", () => {
  const image = lab("{}").image(dockerfile);
  const parsed = parseDockerfile("FROM nvcr.io/nvidia/pytorch:25.10-py3 AS train\nFROM train\n", image);
  expect(parsed.stages[1]?.variables.lookup("PIP_BREAK_SYSTEM_PACKAGES")).toBe("1");
});
