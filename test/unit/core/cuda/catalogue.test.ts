import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { branchEnds, catalogueDate, minorCompatibility, torchRows } from "../../../../core/cuda/catalogue.ts";
import { meantOs } from "../../../../core/cuda/os.ts";
import {
  compareVersions,
  cudaReleases,
  cudnnMajor,
  cudnnParts,
  flavours,
  hasImage,
  observed,
  placeVersion,
  tagName,
} from "../../../../core/cuda/releases.ts";
import { judgeCudaTag, parseCudaTag } from "../../../../core/cuda/tags.ts";

const everyTag = [...cudaReleases.values()].flatMap((release) =>
  [...release.images].flatMap(([os, images]) =>
    [undefined, ...images.libraries].flatMap((library) =>
      flavours
        .filter((flavour) => hasImage(release, { library, flavour, os }))
        .map((flavour) => tagName({ cuda: release.cuda, library, flavour, os })),
    ),
  ),
);

describe("the catalogue", () => {
  it("holds every tag that the facts list: 616 supported, 701 past support, 839 historical, 18 in no list", () => {
    expect(everyTag.length).toBe(616 + 701 + 839 + 18);
    expect(new Set(everyTag).size).toBe(everyTag.length);
  });

  it("ends with CUDA 13.1.0, at the mirror's head", () => {
    expect(catalogueDate).toBe("2025-12-15");
    expect([...cudaReleases.keys()][0]).toBe("13.1.0");
  });

  it("judges supported exactly NVIDIA's supported list, and the 8 openSUSE tags of supported releases", () => {
    expect(everyTag.filter((tag) => judgeCudaTag(tag).kind === "published").length).toBe(616 + 8);
  });

  it("never calls a listed or an observed tag unknown", () => {
    const kinds = new Set([...everyTag, ...observed].map((tag) => judgeCudaTag(tag).kind));
    expect([...kinds].sort()).toEqual(["published", "removed", "unsupported"]);
  });

  it("has the drivers and branches of an image that labs use", () => {
    expect(cudaReleases.get("12.2.2")).toMatchObject({ driver: "535.104.05", branches: "470 525" });
    expect(minorCompatibility.find(({ major }) => major === 12)?.driverMin).toBe("525");
    expect(branchEnds.R535).toBe("2026-06");
  });

  it("has no torch index cu122, and torch 2.11 from PyPI is CUDA 13", () => {
    const indices = new Set(torchRows.flatMap(({ wheels }) => wheels.split(" ")));
    expect(indices.has("cu122")).toBe(false);
    expect(indices.has("cu121")).toBe(true);
    expect(torchRows.find(({ torch }) => torch === "2.11")?.pypi).toBe("cu130");
  });
});

describe("cuDNN parts", () => {
  it.each([
    ["10.2", ["cudnn7", "cudnn8"]],
    ["11.0.3", ["cudnn8"]],
    ["12.2.0", []],
    ["12.2.2", ["cudnn8"]],
    ["12.3.2", ["cudnn9"]],
    ["12.4.0", []],
    ["12.4.1", ["cudnn"]],
    ["12.5.0", []],
    ["13.0.2", ["cudnn"]],
  ])("CUDA %s: %s", (cuda, parts) => {
    const release = cudaReleases.get(cuda);
    expect(release && cudnnParts(release)).toEqual(parts);
  });

  it("knows the major behind a name", () => {
    expect([cudnnMajor("cudnn8"), cudnnMajor("cudnn9"), cudnnMajor("cudnn"), cudnnMajor("tensorrt")]).toEqual(
      [8, 9, 9, undefined],
    );
  });
});

describe("versions", () => {
  it.each([
    ["12.2.2", "catalogued"],
    ["10.2", "catalogued"],
    ["11.0", "catalogued"],
    ["11.1", "withdrawn"],
    ["11.2", "never"],
    ["12.2.1", "never"],
    ["12.2.3", "newer"],
    ["13.1.1", "newer"],
    ["13.2", "never"],
    ["13.9", "newer"],
    ["14", "newer"],
    ["13", "never"],
    ["10.3.0", "never"],
  ])("%s is %s", (cuda, place) => {
    expect(placeVersion(cuda)).toBe(place);
  });

  it("compares by number, not by text", () => {
    expect(compareVersions("12.10.0", "12.9.1")).toBeGreaterThan(0);
    expect(compareVersions("11.0", "11.0.3")).toBeLessThan(0);
    expect(compareVersions("12.2.2", "12.2.2")).toBe(0);
  });
});

describe("misspelt OS names", () => {
  it.each([
    ["ubuntu22.04", "ubuntu22.04"],
    ["ubuntu2004", "ubuntu20.04"],
    ["ubuntu20", "ubuntu20.04"],
    ["centos-7", "centos7"],
    ["rocky8", "rockylinux8"],
    ["oracle9", "oraclelinux9"],
    ["ubuntu22.10", undefined],
    ["debian12", undefined],
    ["ubi11", undefined],
  ])("%s means %s", (written, meant) => {
    expect(meantOs(written)).toBe(meant);
  });
});

describe("for any tag", () => {
  const word = fc.constantFrom(
    "cudnn8",
    "cudnn",
    "cudnn9",
    "base",
    "runtime",
    "devel",
    "dev",
    "ubuntu22.04",
    "ubuntu2204",
    "ubuntu24.04",
    "ubuntu26.04",
    "ubi8",
    "alpine",
    "debian12",
    "rc",
    "",
  );
  const cuda = fc.oneof(
    fc.constantFrom(...cudaReleases.keys(), "11.1", "latest", "v12"),
    fc.tuple(fc.nat(15), fc.nat(12), fc.nat(4)).map((numbers) => numbers.join(".")),
  );
  const anyTag = fc.oneof(
    fc.tuple(cuda, fc.array(word, { maxLength: 4 })).map(([first, words]) => [first, ...words].join("-")),
    fc.string(),
  );

  it("nearest are at most three, different, and published themselves", () => {
    fc.assert(
      fc.property(anyTag, (tag) => {
        const judgement = judgeCudaTag(tag);
        if (!("nearest" in judgement)) return;
        expect(judgement.nearest.length).toBeGreaterThan(0);
        expect(judgement.nearest.length).toBeLessThanOrEqual(3);
        expect(new Set(judgement.nearest).size).toBe(judgement.nearest.length);
        for (const near of judgement.nearest) expect(judgeCudaTag(near)).toEqual({ kind: "published" });
        expect(judgement.nearest).not.toContain(tag);
        expect(judgeCudaTag(tag)).toEqual(judgement);
      }),
      { numRuns: 500 },
    );
  });

  it("the parts of a tag add up to its text", () => {
    fc.assert(
      fc.property(anyTag, (tag) => {
        const { cuda: first, cudnn, flavour, os, rest } = parseCudaTag(tag);
        const parts = [first, cudnn, flavour, os, ...rest].filter((part) => part !== undefined);
        expect(parts.join("-").split("-").sort()).toEqual(tag.split("-").sort());
      }),
    );
  });
});
