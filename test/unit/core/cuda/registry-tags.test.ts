import { describe, expect, test } from "vitest";
import { uncataloguedTags } from "../../../../core/cuda/registry-tags.ts";
import { tagSteps } from "../../../../core/cuda/tag-steps.ts";

describe("what a registry has besides the catalogue", () => {
  test("is newer releases and later OS images, newest first", () => {
    const tags = [
      "12.2.2-devel-ubuntu22.04",
      "12.9.1-cudnn-devel-ubuntu26.04",
      "14.0.0-devel-ubuntu26.04",
      "14.1.0-cudnn-runtime-ubuntu26.04",
      "14.1.0-cudnn-runtime-ubuntu26.04",
    ];
    expect(uncataloguedTags(tags)).toEqual([
      "14.1.0-cudnn-runtime-ubuntu26.04",
      "14.0.0-devel-ubuntu26.04",
      "12.9.1-cudnn-devel-ubuntu26.04",
    ]);
  });

  test("leaves out what is no name of an image of NVIDIA's", () => {
    const tags = [
      "latest",
      "14.0.0",
      "14.0.0-ubuntu26.04-devel",
      "14.0.0-devel-ubuntu26.04-rc",
      "",
      "14.0.0-cudnn`[a](b)`-devel-ubuntu26.04",
      "14.0.0-cudnn\u001b[31m-devel-ubuntu26.04",
    ];
    expect(uncataloguedTags(tags)).toEqual([]);
  });
});

describe("a tag goes on with them", () => {
  const newer = ["14.0.0-devel-ubuntu26.04", "12.2.2-devel-ubuntu99.04"];

  test("at each part; what the catalogue has too counts as catalogued", () => {
    const [first] = tagSteps("", newer);
    expect(first).toMatchObject({ kind: "release", part: "14.0.0", whole: false, catalogued: false });
    expect(tagSteps("", newer).find(({ part }) => part === "12.2.2")).toMatchObject({ catalogued: true });
    expect(tagSteps("14.0.0-devel-", newer)).toEqual([
      {
        kind: "os",
        part: "ubuntu26.04",
        tag: "14.0.0-devel-ubuntu26.04",
        cuda: "14.0.0",
        whole: true,
        supported: true,
        catalogued: false,
      },
    ]);
    const parts = tagSteps("12.2.2-devel-", newer).map(({ part, catalogued }) => [part, catalogued]);
    expect(parts).toContainEqual(["ubuntu99.04", false]);
    expect(parts).toContainEqual(["ubuntu22.04", true]);
  });
});
