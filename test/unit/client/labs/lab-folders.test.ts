import { expect, test } from "vitest";
import { foldersForImage, foldersForManifest } from "../../../../client/labs/lab-folders.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import { memoryFiles } from "../../lab/memory-files.ts";

const files = memoryFiles({
  "/repo/docker/lab-images.json": "{}",
  "/repo/docker/base/Dockerfile": "FROM scratch\n",
  "/plain/base/Dockerfile": "FROM scratch\n",
  "/plain/tools/ci/Dockerfile": "FROM scratch\n",
  "/scripted/build.sh": "docker build -t ghcr.io/lab/base docker/base\n",
  "/scripted/docker/base/Dockerfile": "FROM scratch\n",
  "/empty/README.md": "",
});
const lab = (root: string) => new Lab(root, files);

test("a new image is for the lab of a repository, and not for a second one around it", () => {
  expect(foldersForImage([lab("/repo/docker")], ["/repo"])).toEqual(["/repo/docker"]);
});

test("where no lab has a manifest the workspace's folder is one of the answers", () => {
  expect(foldersForImage([lab("/plain"), lab("/plain/tools")], ["/plain"])).toEqual([
    "/plain",
    "/plain/tools",
  ]);
  expect(foldersForImage([lab("/scripted/docker")], ["/scripted"])).toEqual([
    "/scripted/docker",
    "/scripted",
  ]);
  expect(foldersForImage([lab("/repo/docker")], ["/repo", "/empty"])).toEqual(["/repo/docker", "/empty"]);
  expect(foldersForImage([], ["/empty"])).toEqual(["/empty"]);
});

test("a manifest is for what says its images and has none", () => {
  const forManifest = (labs: readonly Lab[], folders: readonly string[]) =>
    foldersForManifest(labs, folders, files);
  expect(forManifest([lab("/repo/docker")], ["/repo"])).toEqual(["/repo/docker"]);
  expect(forManifest([lab("/repo/docker"), lab("/plain")], ["/repo", "/plain"])).toEqual(["/plain"]);
  expect(forManifest([lab("/scripted/docker")], ["/scripted"])).toEqual(["/scripted", "/scripted/docker"]);
  expect(forManifest([], ["/empty"])).toEqual([]);
});
