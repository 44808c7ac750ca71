import { describe, expect, test } from "vitest";
import { contextName, meantBy } from "../../../../engine/build/named-contexts.ts";

describe("a named context", () => {
  test.each([
    ["debian", "debian"],
    ["debian:latest", "debian"],
    ["docker.io/library/debian:12", "debian:12"],
    ["index.docker.io/library/debian", "debian"],
    ["docker.io/nvidia/cuda:latest", "nvidia/cuda"],
    ["ghcr.io/lab/base:latest", "ghcr.io/lab/base"],
    [`debian:12@sha256:${"0".repeat(64)}`, `debian:12@sha256:${"0".repeat(64)}`],
    [`debian@sha256:${"0".repeat(64)}`, `debian@sha256:${"0".repeat(64)}`],
    ["Not An Image", "Not An Image"],
  ])("of %s is looked up as %s", (written, name) => {
    expect(contextName(written)).toBe(name);
  });

  test("is meant by each way to write its name", () => {
    const contexts = new Map([["debian", "docker-image://mirror/debian:12"]]);
    for (const name of ["debian", "debian:latest", "docker.io/library/debian"])
      expect(meantBy(name, contexts)).toEqual({ image: "mirror/debian:12" });
    expect(meantBy("debian:12", contexts)).toEqual({ image: "debian:12" });
  });
});
