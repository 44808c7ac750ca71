import { expect, test } from "vitest";
import {
  indexCuda,
  isUnpublishedIndex,
  nearestCondaRelease,
  nearestIndex,
} from "../../../../core/cuda/torch-wheels.ts";

test.each(["cu92", "cu102", "cu113", "cu118", "cu121", "cu126", "cu132", "cu133", "cpu", "rocm6.2", "xpu"])(
  "%s exists, or is not judged",
  (index) => expect(isUnpublishedIndex(index)).toBe(false),
);

test.each(["cu112", "cu114", "cu119", "cu120", "cu122", "cu123", "cu125", "cu127", "cu131"])(
  "%s was never published",
  (index) => expect(isUnpublishedIndex(index)).toBe(true),
);

test("reads the CUDA of an index", () => {
  expect(["cu92", "cu118", "cu130", "cpu"].map(indexCuda)).toEqual(["9.2", "11.8", "13.0", undefined]);
});

test.each([
  ["12.2", "2.4.1", "cu121"],
  ["12.2.2", "2.1.0", "cu121"],
  ["12.5", "2.5.1", "cu124"],
  ["12.0", "2.6.0", "cu124"],
  ["11.4", "1.12.1", "cu113"],
  ["12.2", "2.0.1", undefined],
  ["12.2", "1.4.0", undefined],
  ["12.2", undefined, "cu121"],
  ["13.1", undefined, "cu130"],
])("near CUDA %s with torch %s: %s", (cuda, torch, index) => expect(nearestIndex(cuda, torch)).toBe(index));

test("knows conda's releases", () => {
  expect(["12.2", "12.0", "11.5", "10.2"].map(nearestCondaRelease)).toEqual([
    "12.1",
    "12.1",
    "11.6",
    undefined,
  ]);
});
