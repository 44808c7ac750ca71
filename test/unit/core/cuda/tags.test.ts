import { describe, expect, it } from "vitest";
import { isCudaRepository, judgeCudaTag, parseCudaTag } from "../../../../core/cuda/tags.ts";

function kindOf(tag: string | undefined): string {
  return judgeCudaTag(tag).kind;
}

function whyOf(tag: string | undefined): string {
  const judgement = judgeCudaTag(tag);
  return "why" in judgement ? judgement.why : "";
}

function nearestOf(tag: string | undefined): readonly string[] {
  const judgement = judgeCudaTag(tag);
  return "nearest" in judgement ? judgement.nearest : [];
}

describe("isCudaRepository", () => {
  it.each([
    ["nvidia/cuda", true],
    ["docker.io/nvidia/cuda", true],
    ["index.docker.io/nvidia/cuda", true],
    ["registry-1.docker.io/nvidia/cuda", true],
    ["nvcr.io/nvidia/cuda", true],
    ["nvidia/cuda-arm64", false],
    ["nvidia/cuda-ppc64le", false],
    ["nvidia/cudagl", false],
    ["nvcr.io/nvidia/pytorch", false],
    ["ic-registry.epfl.ch/nvidia/cuda", false],
    ["quay.io/nvidia/cuda", false],
    ["cuda", false],
    ["nvidia/cuda:12.2.2-base-ubuntu22.04", false],
  ])("%s: %s", (repository, expected) => {
    expect(isCudaRepository(repository)).toBe(expected);
  });
});

describe("parseCudaTag", () => {
  it("names every part of a whole tag", () => {
    expect(parseCudaTag("12.2.2-cudnn8-devel-ubuntu22.04")).toEqual({
      text: "12.2.2-cudnn8-devel-ubuntu22.04",
      cuda: "12.2.2",
      cudnn: "cudnn8",
      flavour: "devel",
      os: "ubuntu22.04",
      rest: [],
    });
  });

  it.each([
    ["12.2", { cuda: "12.2", cudnn: undefined, flavour: undefined, os: undefined, rest: [] }],
    ["12.4.1-base-ubi9", { cuda: "12.4.1", cudnn: undefined, flavour: "base", os: "ubi9", rest: [] }],
    [
      "devel-ubuntu20.04",
      { cuda: undefined, cudnn: undefined, flavour: "devel", os: "ubuntu20.04", rest: [] },
    ],
    ["10.2-cudnn7-devel", { cuda: "10.2", cudnn: "cudnn7", flavour: "devel", os: undefined, rest: [] }],
    [
      "12.2.2-dev-ubuntu2204",
      { cuda: "12.2.2", cudnn: undefined, flavour: undefined, os: "ubuntu2204", rest: ["dev"] },
    ],
    [
      "12.2.2-devel-ubuntu-22.04",
      { cuda: "12.2.2", cudnn: undefined, flavour: "devel", os: "ubuntu-22.04", rest: [] },
    ],
    [
      "11.0-base-ubuntu20.04-rc",
      { cuda: "11.0", cudnn: undefined, flavour: "base", os: "ubuntu20.04", rest: ["rc"] },
    ],
    [
      "13.0.0-tensorrt-devel-ubuntu24.04",
      { cuda: "13.0.0", cudnn: undefined, flavour: "devel", os: "ubuntu24.04", rest: ["tensorrt"] },
    ],
    ["latest", { cuda: undefined, cudnn: undefined, flavour: undefined, os: undefined, rest: ["latest"] }],
    ["", { cuda: undefined, cudnn: undefined, flavour: undefined, os: undefined, rest: [""] }],
  ])("%s", (text, parts) => {
    expect(parseCudaTag(text)).toEqual({ text, ...parts });
  });
});

describe("published", () => {
  it.each([
    "12.2.2-cudnn8-devel-ubuntu22.04",
    "12.2.2-base-centos7",
    "12.3.2-cudnn9-devel-ubuntu22.04",
    "12.4.1-cudnn-devel-ubuntu22.04",
    "12.4.1-runtime-rockylinux9",
    "12.5.1-devel-ubuntu24.04",
    "12.6.3-devel-ubuntu24.04",
    "12.8.1-cudnn-devel-ubuntu24.04",
    "12.8.1-base-amzn2023",
    "12.9.1-cudnn-runtime-ubuntu20.04",
    "13.0.2-cudnn-devel-ubuntu24.04",
    "13.1.0-devel-ubuntu22.04",
    "12.1.1-cudnn8-runtime-ubuntu20.04",
    "12.0.1-devel-ubuntu18.04",
    "11.8.0-cudnn8-devel-ubuntu22.04",
    "11.7.1-cudnn8-devel-ubuntu20.04",
    "11.4.3-devel-ubuntu18.04",
  ])("%s is on NVIDIA's supported list", (tag) => {
    expect(judgeCudaTag(tag)).toEqual({ kind: "published" });
  });

  it.each([
    "12.8.2-base-ubuntu24.04",
    "12.9.2-devel-ubuntu24.04",
    "13.1.1-cudnn-devel-ubuntu24.04",
    "13.4.2-runtime-ubuntu24.04",
    "13.3.0-devel-ubuntu26.04",
  ])("%s came after the catalogue and was seen", (tag) => {
    expect(judgeCudaTag(tag)).toEqual({ kind: "published" });
  });
});

describe("not judged", () => {
  it.each([
    ["14.0.0-devel-ubuntu26.04", "a major to come"],
    ["14.0.0", "its tags may have another shape"],
    ["14-devel", "a major to come"],
    ["13.5.0-devel-ubuntu24.04", "a minor to come"],
    ["13.5-devel-ubuntu24.04", "a minor to come"],
    ["13.4.2-devel-ubuntu24.04", "release seen, tag not seen"],
    ["13.1.1-runtime-ubi9", "release seen, tag not seen"],
    ["12.9.2-cudnn-devel-ubuntu24.04", "release seen, tag not seen"],
    ["12.9.3-devel-ubuntu24.04", "a patch to come"],
    ["12.8.2-cudnn-devel-ubuntu24.04", "release seen, tag not seen"],
    ["12.6.4-devel-ubuntu24.04", "a patch to come"],
    [
      "13.1.0-cudnn-devel-ubuntu24.04",
      "the release came out on the catalogue's last day, cuDNN follows later",
    ],
    ["13.0.2-devel-rockylinux10", "the release was a month old, and an OS may follow"],
    ["12.9.1-devel-debian13", "an OS of which nothing is known, on a supported release"],
  ])("%s: %s", (tag) => {
    expect(judgeCudaTag(tag)).toEqual({ kind: "not-judged" });
  });
});

describe("never published", () => {
  it("without a tag, and with latest, which is gone since 2021", () => {
    expect(kindOf(undefined)).toBe("unknown");
    expect(kindOf("latest")).toBe("unknown");
    expect(whyOf(undefined)).toContain("without a tag means `latest`");
    expect(whyOf("latest")).toContain("nvidia/cuda:latest does not exist");
    expect(nearestOf("latest")).toEqual(nearestOf(undefined));
    expect(nearestOf("latest")[0]).toBe("13.1.0-devel-ubuntu24.04");
  });

  it.each([
    // [tag, words of the message, the first tag to write instead]
    ["12.2", "three numbers since CUDA 11.0.3, as in `12.2.2`", "12.2.2-devel-ubuntu22.04"],
    ["12.2.2", "it lacks a flavour (`base`, `runtime` or `devel`) and an OS", "12.2.2-devel-ubuntu22.04"],
    ["12", "three numbers", "12.9.1-devel-ubuntu24.04"],
    ["12.2.2-devel", "it lacks an OS", "12.2.2-devel-ubuntu22.04"],
    ["12.2.2-ubuntu20.04", "it lacks a flavour", "12.2.2-devel-ubuntu20.04"],
    [
      "12.4.1-cudnn8-devel-ubuntu22.04",
      "CUDA 12.4.1 images carry cuDNN 9 under the name `cudnn`",
      "12.4.1-cudnn-devel-ubuntu22.04",
    ],
    ["12.4.1-cudnn9-devel-ubuntu22.04", "under the name `cudnn`", "12.4.1-cudnn-devel-ubuntu22.04"],
    ["12.8.1-cudnn9-runtime-ubuntu24.04", "under the name `cudnn`", "12.8.1-cudnn-runtime-ubuntu24.04"],
    ["13.0.2-cudnn9-devel-ubuntu24.04", "under the name `cudnn`", "13.0.2-cudnn-devel-ubuntu24.04"],
    ["12.2.2-cudnn-devel-ubuntu22.04", "cuDNN 8 under the name `cudnn8`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["12.2.2-cudnn9-devel-ubuntu22.04", "cuDNN 8 under the name `cudnn8`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["12.3.2-cudnn8-devel-ubuntu22.04", "cuDNN 9 under the name `cudnn9`", "12.3.2-cudnn9-devel-ubuntu22.04"],
    [
      "12.2.0-cudnn8-devel-ubuntu22.04",
      "CUDA 12.2.0 has no cuDNN images; CUDA 12.2.2 does, under the name `cudnn8`",
      "12.2.2-cudnn8-devel-ubuntu22.04",
    ],
    ["12.3.1-cudnn8-devel-ubuntu20.04", "CUDA 12.3.1 has no cuDNN images", "12.3.2-cudnn9-devel-ubuntu20.04"],
    [
      "12.5.1-cudnn-devel-ubuntu24.04",
      "no `cudnn` images on `ubuntu24.04`",
      "12.5.1-cudnn-devel-ubuntu22.04",
    ],
    [
      "12.1.0-cudnn8-devel-ubuntu18.04",
      "no `cudnn8` images on `ubuntu18.04`",
      "12.1.1-cudnn8-devel-ubuntu20.04",
    ],
    [
      "12.2.2-cudnn8-base-ubuntu22.04",
      "`base` images never carry cuDNN",
      "12.2.2-cudnn8-runtime-ubuntu22.04",
    ],
    [
      "11.8.0-cudnn8-devel-ubuntu24.04",
      "no images on `ubuntu24.04`, only on `ubuntu18.04`, `ubuntu20.04` and `ubuntu22.04`",
      "11.8.0-cudnn8-devel-ubuntu22.04",
    ],
    ["12.2.2-devel-ubuntu24.04", "no images on `ubuntu24.04`", "12.2.2-devel-ubuntu22.04"],
    ["12.9.1-devel-ubuntu26.04", "no images on `ubuntu26.04`", "12.9.1-devel-ubuntu24.04"],
    ["12.2.2-devel-ubuntu23.10", "no images on `ubuntu23.10`", "12.2.2-devel-ubuntu22.04"],
    ["12.6.3-devel-centos7", "no images on `centos7`", "12.6.3-devel-rockylinux8"],
    ["11.6.1-devel-debian12", "no images on `debian12`", "11.6.2-devel-ubuntu20.04"],
    [
      "12.2.2-cudnn8-devel-ubuntu2204",
      "spelt `ubuntu22.04`, not `ubuntu2204`",
      "12.2.2-cudnn8-devel-ubuntu22.04",
    ],
    ["12.2.2-cudnn8-devel-ubuntu22", "spelt `ubuntu22.04`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["12.2.2-cudnn8-devel-ubuntu22.4", "spelt `ubuntu22.04`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["12.2.2-cudnn8-devel-ubunut22.04", "spelt `ubuntu22.04`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["12.2.2-cudnn8-devel-Ubuntu22.04", "spelt `ubuntu22.04`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["12.2.2-cudnn8-devel-ubuntu-22.04", "spelt `ubuntu22.04`", "12.2.2-cudnn8-devel-ubuntu22.04"],
    ["13.1.0-devel-ubuntu2404", "spelt `ubuntu24.04`", "13.1.0-devel-ubuntu24.04"],
    ["12.2.2-runtime-rocky9", "spelt `rockylinux9`", "12.2.2-runtime-rockylinux9"],
    [
      "12.2.2-cudnn8-dev-ubuntu22.04",
      "the flavour is spelt `devel`, not `dev`",
      "12.2.2-cudnn8-devel-ubuntu22.04",
    ],
    ["12.2.2-develop-ubuntu22.04", "spelt `devel`", "12.2.2-devel-ubuntu22.04"],
    [
      "12.2.2-devel-cudnn8-ubuntu22.04",
      "in the order `12.2.2-cudnn8-devel-ubuntu22.04`",
      "12.2.2-cudnn8-devel-ubuntu22.04",
    ],
    ["12.2.2--devel-ubuntu22.04", "empty part", "12.2.2-devel-ubuntu22.04"],
    ["12.2.2-base-alpine", "`alpine` is no part", "12.2.2-base-ubuntu22.04"],
    ["12.2.2-devel-ubuntu22.04-rc", "`rc` is no part", "12.2.2-devel-ubuntu22.04"],
    ["11.8-devel-ubuntu22.04", "as in `11.8.0`", "11.8.0-devel-ubuntu22.04"],
    ["12.1-cudnn8-devel-ubuntu22.04", "as in `12.1.1`", "12.1.1-cudnn8-devel-ubuntu22.04"],
    ["13.2-cudnn-devel-ubuntu24.04", "three numbers", "13.2.1-cudnn-devel-ubuntu24.04"],
    [
      "12.2.1-devel-ubuntu22.04",
      "no images of CUDA 12.2.1, only of 12.2.2 and 12.2.0",
      "12.2.2-devel-ubuntu22.04",
    ],
    ["12.7.0-devel-ubuntu22.04", "no images of CUDA 12.7.0", "12.8.1-devel-ubuntu22.04"],
    ["12.10.0-devel-ubuntu24.04", "no images of CUDA 12.10.0", "12.9.1-devel-ubuntu24.04"],
    ["12.08.1-devel-ubuntu24.04", "no images of CUDA 12.08.1", "12.8.1-devel-ubuntu24.04"],
    ["12.2.2.1-devel-ubuntu22.04", "no images of CUDA 12.2.2.1", "12.2.2-devel-ubuntu22.04"],
    ["10.2.89-devel-ubuntu18.04", "no images of CUDA 10.2.89, only of 10.2", "11.4.3-devel-ubuntu18.04"],
    [
      "11.0-cudnn8-devel-ubuntu20.04",
      "CUDA 11.0 has no `cudnn8` images on `ubuntu20.04`",
      "11.4.3-cudnn8-devel-ubuntu20.04",
    ],
    ["11.1", "lacks a flavour", "11.4.3-devel-ubuntu20.04"],
    ["8.0-base-ubuntu16.04", "CUDA 8.0 has no `base` images on `ubuntu16.04`", "11.4.3-base-ubuntu18.04"],
    ["devel-ubuntu20.04", "begins with its CUDA release", undefined],
    ["nightly", "begins with its CUDA release", undefined],
    ["", "begins with its CUDA release", undefined],
  ])("%s: %s", (tag, words, nearest) => {
    expect(judgeCudaTag(tag)).toMatchObject({ kind: "unknown" });
    expect(whyOf(tag)).toContain(`nvidia/cuda:${tag} was never published`);
    expect(whyOf(tag)).toContain(words);
    if (nearest !== undefined) expect(nearestOf(tag)[0]).toBe(nearest);
  });

  it("offers the cuDNN that was asked for beside the release that was asked for", () => {
    expect(nearestOf("12.4.1-cudnn8-devel-ubuntu22.04")).toContain("12.2.2-cudnn8-devel-ubuntu22.04");
    expect(nearestOf("12.2.2-cudnn9-devel-ubuntu22.04")).toContain("12.3.2-cudnn9-devel-ubuntu22.04");
  });

  it("offers the OS that was asked for in the next release that has it", () => {
    expect(nearestOf("12.5.1-cudnn-devel-ubuntu24.04")).toContain("12.6.3-cudnn-devel-ubuntu24.04");
  });

  it("offers each flavour where the tag names none", () => {
    expect(nearestOf("12.2.2")).toEqual([
      "12.2.2-devel-ubuntu22.04",
      "12.2.2-runtime-ubuntu22.04",
      "12.2.2-base-ubuntu22.04",
    ]);
  });
});

describe("withdrawn", () => {
  it.each([
    [
      "11.7.0-cudnn8-devel-ubuntu22.04",
      "withdrawn the CUDA 11.7.0 images (2023-06)",
      "11.7.1-cudnn8-devel-ubuntu22.04",
    ],
    ["11.3.0-devel-ubuntu20.04", "2023-06", "11.4.3-devel-ubuntu20.04"],
    [
      "11.1-cudnn8-devel-ubuntu18.04",
      "withdrawn the CUDA 11.1 images with two numbers",
      "11.4.3-cudnn8-devel-ubuntu18.04",
    ],
    ["11.0-base", "withdrawn the CUDA 11.0 images (reported 2023-03)", "11.4.3-base-ubuntu20.04"],
    ["11.0-devel-ubuntu20.04", "withdrawn the CUDA 11.0 images", "11.4.3-devel-ubuntu20.04"],
    ["11.0-base-ubuntu20.04-rc", "withdrawn the CUDA 11.0 images", "11.4.3-base-ubuntu20.04"],
    [
      "10.2-cudnn7-devel-ubuntu18.04",
      "withdrawn the CUDA 10.2 images (2023-06)",
      "11.4.3-cudnn8-devel-ubuntu18.04",
    ],
    ["10.2-devel", "withdrawn the CUDA 10.2 images", "11.4.3-devel-ubuntu20.04"],
    ["10.1-cudnn7-runtime-ubuntu16.04", "2023-06", "11.4.3-cudnn8-runtime-ubuntu18.04"],
    ["9.0-cudnn7-devel-ubuntu16.04", "(reported 2023-11)", "11.4.3-cudnn8-devel-ubuntu18.04"],
    [
      "9.1-devel-ubuntu16.04",
      "gave up the CUDA 9.1 images in 2022-05 and has most likely deleted them",
      "11.4.3-devel-ubuntu18.04",
    ],
    ["8.0-cudnn6-devel", "gave up the CUDA 8.0 images in 2022-05", "11.4.3-cudnn8-devel-ubuntu20.04"],
  ])("%s: %s", (tag, words, nearest) => {
    expect(kindOf(tag)).toBe("removed");
    expect(whyOf(tag)).toContain(words);
    expect(nearestOf(tag)[0]).toBe(nearest);
  });
});

describe("past support", () => {
  it.each([
    [
      "12.1.0-cudnn8-devel-ubuntu22.04",
      "(since 2023-04), and may be deleted at any time (expected by 2023-10)",
      "12.1.1-cudnn8-devel-ubuntu22.04",
    ],
    ["12.2.0-devel-ubuntu22.04", "(expected by 2024-04)", "12.2.2-devel-ubuntu22.04"],
    ["12.6.2-cudnn-devel-ubuntu24.04", "(since 2024-12)", "12.6.3-cudnn-devel-ubuntu24.04"],
    [
      "12.8.0-cudnn-runtime-rockylinux9",
      "past NVIDIA's support, and may be deleted",
      "12.8.1-cudnn-runtime-rockylinux9",
    ],
    ["12.1.0-devel-ubuntu18.04", "past NVIDIA's support", "12.1.1-devel-ubuntu20.04"],
    ["11.3.1-base-ubuntu20.04", "(since 2023-07)", "11.4.3-base-ubuntu20.04"],
    ["11.4.3-devel-centos8", "for its OS, is past NVIDIA's support", "11.4.3-devel-centos7"],
    ["13.0.0-tensorrt-devel-ubuntu24.04", "past NVIDIA's support", "13.0.2-devel-ubuntu24.04"],
  ])("%s: %s", (tag, words, nearest) => {
    expect(kindOf(tag)).toBe("unsupported");
    expect(whyOf(tag)).toContain(words);
    expect(nearestOf(tag)[0]).toBe(nearest);
  });
});
