import { expect, test } from "vitest";
import type { ListedImage } from "../../../../engine/images/list-images.ts";
import { digestIn, HostImages, pushedDigest } from "../../../../engine/lab/host-images.ts";

const digest = `sha256:${"d".repeat(64)}`;

function image(letter: string, names: readonly string[], digests: readonly string[] = []): ListedImage {
  return { id: `sha256:${letter.repeat(64)}`, names, digests, created: 1, size: 1, labels: {} };
}

test("an image is found by each spelling of its name, and by its digest", () => {
  const ubuntu = image("a", ["ubuntu:22.04", "reg.example.org/lab/base:latest"], [`ubuntu@${digest}`]);
  const host = new HostImages([ubuntu, image("b", ["ubuntu:24.04"])]);
  const names = ["ubuntu:22.04", "docker.io/library/ubuntu:22.04", "library/ubuntu:22.04"];
  for (const name of [...names, "reg.example.org/lab/base", `ubuntu:22.04@${digest}`])
    expect(host.find(name)).toBe(ubuntu);
  for (const name of ["ubuntu", "lab/base", "reg.example.org/lab/base:1", "No Name"])
    expect(host.find(name)).toBeUndefined();
});

test("an image was pushed to its own repository only", () => {
  const copied = image("a", ["reg.example.org/lab/base:1", "base:1"], [`reg.example.org/lab/base@${digest}`]);
  expect(pushedDigest(copied, "reg.example.org/lab/base:1")).toBe(digest);
  expect(pushedDigest(copied, "base:1")).toBeUndefined();
});

test("with containerd's image store a digest says nothing of a push", () => {
  const id = image("c", []).id;
  const built = image("c", ["reg.example.org/lab/base:1"], [`reg.example.org/lab/base@${id}`]);
  expect(digestIn(built, "reg.example.org/lab/base:1")).toBe(id);
  expect(pushedDigest(built, "reg.example.org/lab/base:1")).toBeUndefined();
});
