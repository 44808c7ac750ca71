import { expect, test } from "vitest";
import { unsavedOf } from "../../../../client/builds/unsaved-notes.ts";

const asked = ["/lab/base/Dockerfile"];
const builds = "docker build -t ghcr.io/lab/base base\n";

test("of the lab's files the editor's text counts, and of others nothing is said", () => {
  const unsaved = new Map([
    ["/lab/lab-images.json", "{}"],
    ["/lab/build", builds],
    ["/lab/train.sh", "python train.py\n"],
    ["/lab/base/Dockerfile", "FROM scratch\n"],
    ["/other/lab-images.json", "{}"],
    ["/lab/base-extra/build.sh", builds],
  ]);
  expect(unsavedOf({ asked, unsaved }, [...unsaved.keys()])).toEqual({
    counting: ["/lab/lab-images.json", "/lab/build"],
    onDiskOnly: [],
  });
});

test("of what leaves files out of a build the text on disk counts", () => {
  const paths = ["/lab/base/.dockerignore", "/lab/base/Dockerfile.dockerignore", "/lab/other/.dockerignore"];
  const request = { asked, unsaved: new Map() };
  expect(unsavedOf(request, paths).onDiskOnly).toEqual(paths.slice(0, 2));
  expect(unsavedOf({ ...request, pushesOnly: true }, paths).onDiskOnly).toEqual([]);
});
