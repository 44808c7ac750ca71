import { expect, test } from "vitest";
import { compilesFor } from "../../../../core/cuda/architectures.ts";
import { driverFit, driverNeeds, newestTagFor } from "../../../../core/cuda/drivers.ts";
import { judgeCudaTag } from "../../../../core/cuda/tags.ts";

test.each([
  ["12.2.2", "535.104.05", "native"],
  ["12.2.2", "535", "native"],
  ["12.2", "535.54.03", "native"],
  ["12.8.1", "525.60.13", "minor-compatibility"],
  ["11.8.0", "450.80", "minor-compatibility"],
  ["12.8.1", "470.256.02", "compatibility-packages"],
  ["12.8.1", "515.65.01", "cannot"],
  ["9.0", "375.26", "cannot"],
  ["13.3.0", "610.43.02", "native"],
  ["13.3.0", "535", undefined],
  ["14.0.0", "580", undefined],
  ["12.2.2", "latest", undefined],
] as const)("CUDA %s on driver %s: %s", (cuda, driver, fit) => {
  expect(driverFit(cuda, driver)).toBe(fit);
});

test("names what a release needs", () => {
  expect(driverNeeds("12.2.2")).toEqual({ toolkit: "535.54.03", minimum: "525", branches: ["470", "525"] });
  expect(driverNeeds("99.0")).toEqual({ toolkit: undefined, minimum: undefined, branches: undefined });
});

test("advises published tags that the driver runs", () => {
  for (const driver of [
    "450.80.02",
    "470.82",
    "515.65",
    "525.147",
    "535.104",
    "550.54",
    "570",
    "580.65",
    "999",
  ])
    for (const tag of [
      "13.0.2-cudnn-devel-ubuntu22.04",
      "13.1.0-base-ubuntu24.04",
      "12.8.1-runtime-rockylinux9",
    ]) {
      const found = newestTagFor(tag, driver);
      if (found === undefined) continue;
      expect(judgeCudaTag(found).kind, found).toBe("published");
      expect(driverFit(found.split("-")[0]!, driver), `${found} on ${driver}`).toMatch(
        /^(native|minor-compatibility)$/,
      );
    }
  expect(newestTagFor("13.0.2-devel", "535")).toBeUndefined();
});

test.each([
  ["7.0", "12.4.1", true],
  ["7.0", "13.0.2", false],
  ["8.6", "11.0.3", false],
  ["8.9", "11.8.0", true],
  ["12.0", "12.4.1", false],
  ["12.0", "12.8.1", true],
  ["3.5", "12.2.2", false],
  ["6.1", "10.2", true],
  ["9.0a", "12.4.1", false],
  ["99.0", "13.1.0", false],
])("compute capability %s with CUDA %s: %s", (architecture, cuda, known) => {
  expect(compilesFor(architecture, cuda)).toBe(known);
});
