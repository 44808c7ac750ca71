import { expect, test } from "vitest";
import { type LabImage, type LabValues, noLab } from "../../../../core/lab/lab-image.ts";
import { registry } from "../../../../server/rules/base/registry.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

testRule(registry);

const withValues = (values: LabValues): LabImage => ({ ...noLab, values });

test.each<[string, readonly string[], string[]]>([
  ["ubuntu:22.04", ["nvcr.io"], ["ubuntu"]],
  ["ubuntu:22.04", ["docker.io/library"], []],
  ["ubuntu:22.04", ["ubuntu"], []],
  ["ubuntu:22.04", ["docker.io"], []],
  ["index.docker.io/nvidia/cuda:12.2.2-base-ubuntu22.04", ["nvidia"], []],
  ["nvidiasomebody/cuda:1", ["docker.io/nvidia"], ["nvidiasomebody/cuda"]],
  ["nvcr.io/nvidia/pytorch:25.10-py3", ["nvcr.io/nvidia/"], []],
  ["nvcr.io/other/pytorch:25.10-py3", ["nvcr.io/nvidia"], ["nvcr.io/other/pytorch"]],
  ["localhost:5000/base:1", ["localhost:5000"], []],
  [
    "quay.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    [],
    ["quay.io/a/b"],
  ],
])("FROM %s where %j is allowed", (image, allowedRegistries, expected) => {
  expect(wordsAtFault(registry, `FROM ${image}\n`, withValues({ allowedRegistries }))).toEqual(expected);
});

test("says nothing where the lab allows everything", () => {
  expect(findings(registry, "FROM quay.io/a/b:1\n")).toEqual([]);
});

test.each<LabValues>([
  { registry: "ic-registry.epfl.ch/cvlab/${user}" },
  { registry: "ic-registry.epfl.ch/cvlab/gaspar", user: "gaspar" },
])("allows the images of the lab's other members: %j", (values) => {
  const lab = withValues({ ...values, allowedRegistries: ["nvcr.io"] });
  expect(findings(registry, "FROM ic-registry.epfl.ch/cvlab/tyszkiew/base:ssh\n", lab)).toEqual([]);
});

test("allows an image that the folder builds itself", () => {
  const lab = { ...withValues({ allowedRegistries: ["nvcr.io"] }), siblings: ["base"] };
  expect(findings(registry, "FROM base:ssh\n", lab)).toEqual([]);
});

test("a plain name of no known image is taken for one that was built here, and its way into the lab is told", () => {
  const lab = withValues({ allowedRegistries: ["nvcr.io"] });
  expect(findings(registry, "FROM lab-base:ssh\n", lab)[0]?.message).toBe(
    "Where no image of this name was built before, Docker takes `lab-base` from `docker.io/library`, which the lab's " +
      "manifest does not allow. One of the lab's own needs a folder of that name, or an entry under `images`. Take one " +
      "from `nvcr.io`, or add the registry to `allowedRegistries`.",
  );
  expect(findings(registry, "FROM ubuntu:22.04\n", lab)[0]?.message).toMatch(
    /^The lab's manifest does not allow/,
  );
});
