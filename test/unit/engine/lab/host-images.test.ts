import { expect, test } from "vitest";
import type { Connection } from "../../../../engine/connection/connection.ts";
import type { ListedImage } from "../../../../engine/images/list-images.ts";
import {
  digestIn,
  HostImages,
  hostImages,
  isPushed,
  pushedDigest,
} from "../../../../engine/lab/host-images.ts";

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

test("a host is asked for the repositories alone, as short as docker's filters know them", async () => {
  const asked: unknown[] = [];
  const listImages = async ({ filters }: { filters: string }) => {
    asked.push(JSON.parse(filters));
    return [{ Id: "sha256:1", RepoTags: ["ubuntu:22.04"], Created: 1, Size: 1 }];
  };
  const connection = { host: { name: "node" }, docker: { listImages } } as unknown as Connection;
  const references = [
    "docker.io/library/ubuntu:22.04",
    "ubuntu",
    `lab/x@${digest}`,
    "r.io/lab/x:1",
    "No Name",
  ];
  const host = await hostImages(connection, references);
  expect(asked).toEqual([{ reference: ["ubuntu", "lab/x", "r.io/lab/x"] }]);
  expect(host.find("library/ubuntu:22.04")?.id).toBe("sha256:1");
  // Without a name the filter would fit all.
  expect((await hostImages(connection, [])).find("ubuntu:22.04")).toBeUndefined();
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

test("an image is pushed where the repository of each of its names has it", () => {
  const tags = ["r1.example.org/x:1", "r2.example.org/x:1"];
  const first = `r1.example.org/x@${digest}`;
  expect(isPushed(image("a", tags, [first]), tags)).toBe(false);
  expect(isPushed(image("a", tags, [first, `r2.example.org/x@${digest}`]), tags)).toBe(true);
});
