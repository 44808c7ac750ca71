import { describe, expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import { presets } from "../../../core/lab/presets.ts";
import { labRequest } from "../../../engine/build/lab-request.ts";
import { EngineFailure } from "../../../engine/failure.ts";
import { manifestFindings, manifestWords } from "../manifest-rules/check-manifest-rule.ts";
import { memoryFiles } from "./memory-files.ts";

const manifest = {
  registry: "${env:REGISTRY}/lab",
  storage: "/data/${env:GROUP}",
  images: {
    base: { tag: "${env:TAG}", args: { BASE_IMG: "${env:DISTRO}:12", PLAIN: "a" } },
    torch: { args: { BASE_IMG: "${image:base}" } },
  },
};
const dockerfile = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";

function lab(environment?: Readonly<Record<string, string>>): Lab {
  const files = {
    "/lab/lab-images.json": JSON.stringify(manifest),
    "/lab/base/Dockerfile": dockerfile,
    "/lab/torch/Dockerfile": dockerfile,
  };
  return new Lab("/lab", memoryFiles(files), { environment });
}

const failure = (of: Lab, asked: Parameters<typeof labRequest>[2] = {}, path = "/lab/base/Dockerfile") => {
  try {
    labRequest(path, of.buildOf(path), asked);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    return `${error.details.what}. ${error.details.next}`;
  }
};

const set = { REGISTRY: "r.io", GROUP: "vision", TAG: "7", DISTRO: "debian" };

describe("a variable of the environment", () => {
  test("stands for its value in names, arguments and values", () => {
    expect(lab(set).buildOf("/lab/torch/Dockerfile")).toMatchObject({
      tag: "r.io/lab/torch",
      args: new Map([["BASE_IMG", "r.io/lab/base:7"]]),
    });
    expect(lab(set).buildOf("/lab/base/Dockerfile").args.get("BASE_IMG")).toBe("debian:12");
    expect(lab(set).values).toMatchObject({ registry: "r.io/lab", storage: "/data/vision" });
    expect(failure(lab(set))).toBeUndefined();
  });

  test("that is not known leaves what needs it unknown, and the graph as it is", () => {
    const unknown = lab();
    expect([...unknown.image("/lab/base/Dockerfile").buildArguments]).toEqual([
      ["BASE_IMG", null],
      ["PLAIN", "a"],
    ]);
    expect(unknown.values).toEqual({});
    expect(unknown.basesOf("/lab/torch/Dockerfile")).toEqual(["base"]);
  });

  test("that is not set keeps from building, by its name, unless something else is given", () => {
    expect(failure(lab({ ...set, TAG: undefined! }))).toBe(
      "the image's name r.io/lab/base:${env:TAG} needs the environment variable TAG, which is not set. Set TAG, or give the image another name",
    );
    const { DISTRO: _, ...others } = set;
    expect(failure(lab(others))).toBe(
      "the build argument BASE_IMG of base, ${env:DISTRO}:12, needs the environment variable DISTRO, which is not set. Set DISTRO, or give the argument another value",
    );
    expect(failure(lab(others), { args: new Map([["BASE_IMG", "x"]]) })).toBeUndefined();
    expect(failure(lab({ DISTRO: "debian" }), { tags: ["x:1"] })).toBeUndefined();
    expect(failure(lab({}), { tags: ["x:1"] }, "/lab/torch/Dockerfile")).toMatch(
      /BASE_IMG.* REGISTRY, which/,
    );
  });

  test("may be empty", () => {
    expect(
      lab({ ...set, DISTRO: "" })
        .buildOf("/lab/base/Dockerfile")
        .args.get("BASE_IMG"),
    ).toBe(":12");
  });
});

test("what looks like a variable and is none is told at its place, with what was meant", () => {
  const text = JSON.stringify({
    registry: "r.io/${USR}/${user}",
    storage: "/data/${env.GROUP}",
    images: {
      base: { tag: "${env:}", args: { A: "${HOME}", B: "${image}", C: "${env: X}", D: "${image:torch}" } },
    },
  });
  expect(manifestWords(text).filter(([code]) => code === "manifest/value")).toEqual(
    ["${USR}", "${env.GROUP}", "${env:}", "${image}", "${env: X}"].map((words) => ["manifest/value", words]),
  );
  const messages = manifestFindings(text).map(({ message }) => message);
  expect(messages).toContain("${USR} is no variable, so it stays as it is: write ${env:USR}.");
  expect(messages).toContain("${env.GROUP} is no variable, so it stays as it is: write ${env:GROUP}.");
  expect(messages).toContain(
    "${env:} is no variable, so it stays as it is: the variables are ${user}, ${env:NAME}.",
  );
});

test.each([
  ["${imge:base}", "${image:base}"],
  ["${images:base}", "${image:base}"],
  ["${evn:TOKEN}", "${env:TOKEN}"],
  ["$image:base", "${image:base}"],
  ["$env:TOKEN", "${env:TOKEN}"],
])("in a build argument %s is told", (written, instead) => {
  const text = JSON.stringify({ images: { base: { args: { BASE_IMG: written } } } });
  expect(manifestWords(text)).toContainEqual(["manifest/value", written]);
  expect(manifestFindings(text).map(({ message }) => message)).toContain(
    `${written} is no variable, so it stays as it is: write ${instead}.`,
  );
});

test.each(["${A:-b}", "${name:0:3}", "docker pull $image:latest", "$HOME:b", "${image:base}"])(
  "in a build argument %s may be meant",
  (written) => {
    const text = JSON.stringify({ images: { base: { args: { A: written } } } });
    expect(manifestWords(text).filter(([code]) => code === "manifest/value")).toEqual([]);
  },
);

test.each([...presets])(
  "the preset %s is a manifest without a fault",
  (_, { manifest: written, summary }) => {
    expect(manifestFindings(JSON.stringify(written))).toEqual([]);
    expect(summary).toMatch(/^[a-z].*[^.]$/);
  },
);
