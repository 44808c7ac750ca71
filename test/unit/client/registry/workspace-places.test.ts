import { expect, test } from "vitest";
import { workspacePlaces } from "../../../../client/registry/workspace-places.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import type { Host } from "../../../../engine/connection/host.ts";
import { memoryFiles } from "../../lab/memory-files.ts";

/** A lab in a folder, with one image. */
function lab(root: string, registry: string, image: string): Lab {
  const manifest = JSON.stringify({ registry, images: { [image]: {} } });
  return new Lab(
    root,
    memoryFiles({ [`${root}/lab-images.json`]: manifest, [`${root}/${image}/Dockerfile`]: "FROM scratch\n" }),
  );
}

const hosts: Readonly<Record<string, string>> = {
  "/a": "ssh://a",
  "/also-a": "ssh://a",
  "/b": "ssh://b",
  "/here": "unix:///var/run/docker.sock",
};

async function hostOf(root: string): Promise<Host> {
  const url = hosts[root];
  if (url === undefined) throw new Error("no host");
  return { url, name: url.replace(/^.*\//, ""), source: "setting" };
}

test("labs that share a place have one, with what both know to be there", async () => {
  const labs = [lab("/x", "lab.example/ada", "base"), lab("/y", "lab.example/ada", "pytorch")];
  const { places, failures } = await workspacePlaces(labs, hostOf);
  expect(places).toEqual([
    {
      registry: "lab.example",
      prefix: "ada/",
      known: ["ada/base", "ada/pytorch"],
      root: "/x",
      host: undefined,
    },
  ]);
  expect(failures).toEqual([]);
});

test("localhost:5000 is another registry on each host, and this machine's where its daemon is meant", async () => {
  const labs = ["/a", "/also-a", "/b", "/here"].map((root) => lab(root, "localhost:5000/ada", "base"));
  const { places } = await workspacePlaces(labs, hostOf);
  expect(places.map(({ root, host }) => [root, host?.url])).toEqual([
    ["/a", "ssh://a"],
    ["/b", "ssh://b"],
    ["/here", undefined],
  ]);
});

test("a lab whose host is not known hides nothing of those that mean the same localhost", async () => {
  const labs = ["/nowhere", "/here"].map((root) => lab(root, "localhost:5000/ada", "base"));
  const { places, failures } = await workspacePlaces(labs, hostOf);
  expect(places.map(({ root }) => root)).toEqual(["/here"]);
  expect(failures).toMatchObject([{ message: "no host" }]);
});

test("a lab that is named after somebody unknown hides nothing of the others", async () => {
  const labs = [lab("/x", "lab.example/${user}", "base"), lab("/y", "ghcr.io/ada", "pytorch")];
  const { places, failures } = await workspacePlaces(labs, hostOf);
  expect(places.map(({ registry }) => registry)).toEqual(["ghcr.io"]);
  expect(failures).toMatchObject([{ message: expect.stringMatching(/named after you/) }]);
});
