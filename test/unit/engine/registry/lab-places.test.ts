import { describe, expect, test } from "vitest";
import { Lab } from "../../../../core/lab/lab.ts";
import { labPlaces, labRegistries, loopbackPort } from "../../../../engine/registry/lab-places.ts";

/** A lab with a manifest alone, and folders for its images. */
function labOf(manifest: object, user?: string): Lab {
  const text = JSON.stringify(manifest);
  const files = {
    readText: (path: string) => (path === "/lab/lab-images.json" ? text : undefined),
    list: () => [],
    isLocked: () => false,
  };
  return new Lab("/lab", files, { user });
}

const images = { base: { tag: "ssh" }, pytorch: {} };

describe("where a lab's images lie", () => {
  test("below its registry, with what it knows to be there", () => {
    const lab = labOf({ registry: "ic-registry.epfl.ch/cvlab/${user}", images }, "ada");
    expect(labPlaces(lab)).toEqual([
      {
        registry: "ic-registry.epfl.ch",
        prefix: "cvlab/ada/",
        known: ["cvlab/ada/base", "cvlab/ada/pytorch"],
      },
    ]);
    expect(loopbackPort(lab)).toBeUndefined();
  });

  test("who is not known is said, and the registry is known all the same", () => {
    const lab = labOf({ registry: "ic-registry.epfl.ch/cvlab/${user}", images });
    expect(() => labPlaces(lab)).toThrow(/named after you .* who you are is not known/);
    expect(labRegistries(lab)).toEqual(["ic-registry.epfl.ch"]);
  });

  test("a registry of this machine, without a path", () => {
    const lab = labOf({ registry: "localhost:5001", images });
    expect(labPlaces(lab)).toEqual([{ registry: "localhost:5001", prefix: "", known: ["base", "pytorch"] }]);
    expect(loopbackPort(lab)).toBe(5001);
  });

  test("nowhere: no registry, or a guide's placeholder in it", () => {
    expect(labPlaces(labOf({ images }))).toEqual([]);
    expect(labRegistries(labOf({ images }))).toEqual([]);
    expect(labPlaces(labOf({ registry: "ic-registry.epfl.ch/cvlab/your_gaspar", images }))).toEqual([]);
  });
});
