import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { Lab } from "../../../core/lab/lab.ts";
import { manifestName, readManifest } from "../../../core/lab/manifest.ts";
import { withImage } from "../../../core/lab/new-image/manifest-entry.ts";
import { type Framework, type NewImage, newNameFault } from "../../../core/lab/new-image/new-image.ts";
import { newImageFiles } from "../../../core/lab/new-image/new-image-files.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import { contextWith } from "../context/memory-context.ts";
import { memoryFiles } from "./memory-files.ts";
import { presetValues } from "./preset-values.ts";

const bases = [
  "nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04",
  "nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu20.04",
  "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04",
];
const frameworks: readonly Framework[] = ["pytorch", "jax", "tensorflow", "none"];
const choices = bases.flatMap((base) =>
  frameworks.flatMap((framework) =>
    [true, false].map((compiles): NewImage => ({ name: "train", base, framework, compiles })),
  ),
);

describe.each(["none", "generic", "epfl-cvlab"])("a new image in a lab with the preset %s", (preset) => {
  test.each(choices)("keeps every convention: $framework on $base", (image) => {
    const files = newImageFiles(image, presetValues(preset));
    const manifest = withImage(preset === "none" ? undefined : `{\n  "extends": "${preset}"\n}\n`, image)!;
    const texts = Object.fromEntries([...files].map(([path, text]) => [`/lab/train/${path}`, text]));
    const lab = new Lab("/lab", memoryFiles({ ...texts, [`/lab/${manifestName}`]: manifest }), {
      user: "someone",
    });
    const context = contextWith({ ...Object.fromEntries(files), "tool/CMakeLists.txt": "" }, "/lab/train");
    const labImage = { ...lab.image("/lab/train/Dockerfile"), context };
    const dockerfile = parseDockerfile(files.get("Dockerfile")!, labImage);
    const findings = lint({ dockerfile, lab: labImage }, allRules);
    // What an image that only adds packages is for is asked before it is made; Ubuntu 20.04 was chosen.
    const left = findings.filter(({ code }) => code !== "pip/job-requirement" && code !== "base/end-of-life");
    expect(left.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    expect(dockerfile.stages.at(-1)?.resolvedBase).toBe(image.base);
  });
});

test("torch is the newest with wheels for the base's CUDA and its Python", () => {
  const dockerfile = (base: string) =>
    newImageFiles({ name: "x", base, framework: "pytorch", compiles: false }, {}).get("Dockerfile");
  expect(dockerfile("nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04")).toMatch(
    /'torch==2\.5\.\*'[\s\S]*whl\/cu121/,
  );
  // Python 3.8 of Ubuntu 20.04: torch 2.4 is the last.
  expect(dockerfile("nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu20.04")).toMatch(
    /'torch==2\.4\.\*'[\s\S]*whl\/cu118/,
  );
});

test("the set-up scripts are shell", () => {
  const files = newImageFiles(choices[0]!, {});
  for (const path of ["lab/setup", "lab/enter"]) {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: files.get(path), encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  }
});

describe("the manifest", () => {
  const image: NewImage = { name: "train", base: "ubuntu:22.04", framework: "none", compiles: false };

  test("is made where there is none", () => {
    const { images } = readManifest(withImage(undefined, image)!);
    expect(images.get("train")?.args.get("BASE_IMG")).toBe("ubuntu:22.04");
  });

  test("keeps its comments, its layout and its images; a base of the lab is named by its image", () => {
    const text = '{\n\t// ours\n\t"images": {\n\t\t"base": { "tag": "ssh" }\n\t}\n}\n';
    const after = withImage(text, { ...image, labBase: "base" })!;
    expect(after).toContain("\t// ours\n");
    expect(after).toContain('\t\t"base": { "tag": "ssh" }');
    expect(readManifest(after).images.get("train")?.args.get("BASE_IMG")).toBe("${image:base}");
  });

  test("is left alone where it cannot be read", () => {
    expect(withImage("{ oops", image)).toBeUndefined();
  });
});

test("a name that cannot be pushed, or is taken, is refused with the reason", () => {
  expect(newNameFault("pytorch-3d", ["base"])).toBeUndefined();
  expect(newNameFault("PyTorch", [])).toContain("Lower-case");
  expect(newNameFault("a b", [])).toContain("Lower-case");
  expect(newNameFault("base", ["base"])).toContain("already");
  expect(newNameFault("", [])).toContain("name");
});
