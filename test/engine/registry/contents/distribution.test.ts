import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { RegistryContents } from "../../../../engine/registry/contents/registry-contents.ts";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import type { Registry } from "../../../bed/registry.mjs";
import { addTags, putImage } from "../../../bed/registry-content.mjs";
import { failureOf } from "../failure-of.ts";
import { only } from "../pushing.ts";
import { useThreeRegistries } from "../three-registries.ts";

const password = "pw-of-ada";

describe("what a Distribution registry has", () => {
  const storage = mkdtempSync(join(tmpdir(), "lab-registry-storage-"));
  const { open, basic, bearer } = useThreeRegistries(password, { storage });
  afterAll(() => rmSync(storage, { recursive: true, force: true }));

  const contentsOf = ({ host }: Registry, credentials = only(host, "ada", password)) =>
    new RegistryContents({ registry: host, credentials });

  test("it is no Harbor, and its catalogue is read where it is told", async () => {
    await putImage(open.host, "ada/base", "ssh");
    for (const registry of [open, basic]) {
      const contents = contentsOf(registry);
      expect(await contents.isHarbor()).toBe(false);
      const place = { prefix: "ada/", known: ["ada/later"] };
      expect((await contents.repositories(place)).repositories).toEqual(
        expect.arrayContaining([
          { path: "ada/base", isThere: true },
          { path: "ada/later", isThere: false },
        ]),
      );
    }
  });

  test("without a login the lab's own are named, with the reason", async () => {
    const nobody = contentsOf(basic, noCredentials);
    const place = { prefix: "ada/", known: ["ada/base"] };
    expect(await nobody.repositories(place)).toMatchObject({
      repositories: [{ path: "ada/base", isThere: undefined }],
      untold: { cause: "registry-auth" },
    });
  });

  test("5,000 tags: a page at a time, the newest by number first, and only that page is looked into", async () => {
    const { digest } = await putImage(open.host, "ada/many", "v5000");
    await addTags(
      storage,
      "ada/many",
      digest,
      Array.from({ length: 4_999 }, (_, i) => `v${i + 1}`),
    );
    const contents = contentsOf(open);
    const first = await contents.tagPage("ada/many", 0);
    expect(first.more).toBe(true);
    expect(first.tags).toHaveLength(100);
    expect(first.tags.slice(0, 2)).toEqual([{ tag: "v5000" }, { tag: "v4999" }]);
    const looked = await contents.look(
      "ada/many",
      first.tags.slice(0, 10).map(({ tag }) => tag),
    );
    expect(looked.map((each) => "digest" in each && each.digest)).toEqual(Array(10).fill(digest));
    expect(await contents.tagPage("ada/many", 49)).toMatchObject({ more: false, tags: { length: 100 } });
    expect((await contents.tagNames("ada/many")).slice(0, 2)).toEqual(["v1", "v2"]);
  });

  test.each([
    ["open", () => open],
    ["with passwords", () => basic],
    ["behind a token server", () => bearer],
  ])("a tag is deleted with the others of its image, which are named first (%s)", async (name, registry) => {
    const path = `ada/deleted-${name.split(" ").at(-1)}`;
    const { digest } = await putImage(open.host, path, "v1");
    await addTags(storage, path, digest, ["latest"]);
    await putImage(open.host, path, "v2");
    const contents = contentsOf(registry());
    // A tag that was left behind by an image that is gone.
    await addTags(storage, path, `sha256:${"0".repeat(64)}`, ["old"]);
    const deletion = await contents.deletionOf(path, "v1");
    expect(deletion.others).toEqual(["latest"]);
    expect((await contents.deletionOf(path, "v2")).others).toEqual([]);
    await contents.deleteTag(deletion);
    expect(await contentsOf(registry()).tagNames(path)).toEqual(["old", "v2"]);
  });

  test("a tag that stands for another image than its user has agreed to is left", async () => {
    await putImage(open.host, "ada/moved", "latest");
    const contents = contentsOf(open);
    const deletion = await contents.deletionOf("ada/moved", "latest");
    await putImage(open.host, "ada/moved", "v2");
    await putImage(open.host, "ada/moved", "latest", { labels: { changed: "yes" } });
    expect(await failureOf(contents.deleteTag(deletion))).toMatchObject({
      cause: "registry",
      what: expect.stringContaining("pushed another image under this tag meanwhile"),
    });
    expect(await contentsOf(open).tagNames("ada/moved")).toEqual(["latest", "v2"]);
  });

  test("of another's images nothing is deleted, and that is told", async () => {
    await putImage(open.host, "bob/kept", "v1");
    const deletion = await contentsOf(open).deletionOf("bob/kept", "v1");
    expect(await failureOf(contentsOf(bearer).deleteTag(deletion))).toMatchObject({
      cause: "registry-auth",
      what: `cannot look up ${bearer.host}/bob/kept:v1`,
    });
    expect(await contentsOf(open).tagNames("bob/kept")).toEqual(["v1"]);
  });
});
