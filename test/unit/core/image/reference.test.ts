import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseImageReference } from "../../../../core/image/reference.ts";

const digest = `sha256:${"0a".repeat(32)}`;

describe("parseImageReference", () => {
  it.each([
    ["ubuntu", "docker.io/library/ubuntu", undefined, undefined],
    ["ubuntu:22.04", "docker.io/library/ubuntu", "22.04", undefined],
    ["library/ubuntu:22.04", "docker.io/library/ubuntu", "22.04", undefined],
    ["docker.io/ubuntu", "docker.io/library/ubuntu", undefined, undefined],
    ["index.docker.io/library/ubuntu", "docker.io/library/ubuntu", undefined, undefined],
    ["nvidia/cuda:12.2.2-devel-ubuntu22.04", "docker.io/nvidia/cuda", "12.2.2-devel-ubuntu22.04", undefined],
    ["nvcr.io/nvidia/pytorch:24.05-py3", "nvcr.io/nvidia/pytorch", "24.05-py3", undefined],
    ["localhost/base", "localhost/base", undefined, undefined],
    ["localhost:5000/base:ssh", "localhost:5000/base", "ssh", undefined],
    ["[::1]:5000/base:ssh", "[::1]:5000/base", "ssh", undefined],
    ["Lab/base", "Lab/base", undefined, undefined],
    [`ubuntu@${digest}`, "docker.io/library/ubuntu", undefined, digest],
    [`ubuntu:22.04@${digest}`, "docker.io/library/ubuntu", "22.04", digest],
    ["a/b__c/d-e.f:_x", "docker.io/a/b__c/d-e.f", "_x", undefined],
    ["ic-registry.epfl.ch/cvlab/me/base:ssh", "ic-registry.epfl.ch/cvlab/me/base", "ssh", undefined],
  ])("%s", (text, repository, tag, written) => {
    expect(parseImageReference(text)).toMatchObject({ repository, tag, digest: written });
  });

  it.each([
    "",
    ":22.04",
    "ubuntu:",
    "ubuntu:-devel",
    "ubuntu:22.04:1",
    "Ubuntu",
    "nvidia/Cuda:latest",
    "nvidia//cuda",
    "/ubuntu",
    "ubuntu/",
    "ubuntu@sha256:12",
    "ubuntu@",
    "-jammy",
    "a b",
    "registry_1.example/x",
    "f".repeat(64),
    `ubuntu:${"x".repeat(129)}`,
    "x".repeat(256),
    "ubuntu:${TAG}",
  ])("is no reference: %s", (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it("says where each part stands", () => {
    const text = `nvcr.io/nvidia/cuda:12.2.2-base-ubi9@${digest}`;
    const reference = parseImageReference(text)!;
    const part = (span: { start: number; end: number } | undefined) =>
      span && text.slice(span.start, span.end);
    expect(part(reference.nameSpan)).toBe("nvcr.io/nvidia/cuda");
    expect(part(reference.tagSpan)).toBe("12.2.2-base-ubi9");
    expect(part(reference.digestSpan)).toBe(digest);
  });

  it("never throws, and its parts stand where it says", () => {
    const words = fc.stringMatching(/^[a-zA-Z0-9_.:/@-]{0,30}$/);
    fc.assert(
      fc.property(words, (text) => {
        const reference = parseImageReference(text);
        if (!reference) return;
        expect(text.slice(reference.nameSpan.start, reference.nameSpan.end)).toBe(reference.name);
        if (reference.tagSpan)
          expect(text.slice(reference.tagSpan.start, reference.tagSpan.end)).toBe(reference.tag);
      }),
    );
  });
});
