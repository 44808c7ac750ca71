import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CredentialStore, noCredentials } from "../../../../engine/registry/credentials.ts";
import { RegistryClient } from "../../../../engine/registry/distribution/registry-client.ts";
import { resolveDigest } from "../../../../engine/registry/distribution/resolve-digest.ts";
import { taggedImage } from "../../../../engine/registry/distribution/tagged-image.ts";
import { DockerCredentials } from "../../../../engine/registry/docker-credentials.ts";
import { login } from "../../../../engine/registry/login.ts";
import type { Registry } from "../../../bed/registry.mjs";
import { addTags, putImage, putIndex } from "../../../bed/registry-content.mjs";
import { daemonSocket, socketConnection } from "../../daemon.ts";
import { DockerHome } from "../docker-home.ts";
import { failureOf } from "../failure-of.ts";
import { only } from "../pushing.ts";
import { useThreeRegistries } from "../three-registries.ts";

const password = "pw-of-ada";

/** Three registries with the same images: one open, one with passwords, one with a token server. */
describe.skipIf(!daemonSocket)("a registry that is asked", () => {
  const storage = mkdtempSync(join(tmpdir(), "lab-registry-storage-"));
  const { open, basic, bearer, tokens } = useThreeRegistries(password, {
    storage,
    readable: ["public/image"],
  });
  let image: Awaited<ReturnType<typeof putImage>>;
  let index: Awaited<ReturnType<typeof putIndex>>;
  const many = Array.from({ length: 5_000 }, (_, number) => `v${String(number).padStart(4, "0")}`);

  beforeAll(async () => {
    image = await putImage(open.host, "ada/image", "v1", {
      environment: ["PATH=/bin", "CUDA_VERSION=12.2.2"],
      labels: { "org.opencontainers.image.source": "https://git.example/lab" },
    });
    await putImage(open.host, "public/image", "v1");
    index = await putIndex(open.host, "ada/image", "many-platforms", ["arm64", "amd64"]);
    const { digest } = await putImage(open.host, "ada/large", "v0000");
    await addTags(storage, "ada/large", digest, many);
  });

  afterAll(() => rmSync(storage, { recursive: true, force: true }));

  const clientOf = (registry: Registry, credentials: CredentialStore = noCredentials) =>
    new RegistryClient({ registry: registry.host, credentials });
  const ada = (registry: Registry) => only(registry.host, "ada", password);

  describe.each([
    ["open", () => clientOf(open)],
    ["with passwords", () => clientOf(basic, ada(basic))],
    ["behind a token server", () => clientOf(bearer, ada(bearer))],
  ])("%s", (_, client) => {
    test("lists tags, also 5,000 of them", async () => {
      expect((await client().tags("ada/image")).sort()).toEqual(
        ["many-platforms", "many-platforms-amd64", "many-platforms-arm64", "v1"].sort(),
      );
      expect((await client().tags("ada/large")).sort()).toEqual(many);
    });

    test("gives the digest of an image, and of an index of several", async () => {
      expect(await client().digestOf("ada/image", "v1")).toBe(image.digest);
      expect(await client().digestOf("ada/image", "many-platforms")).toBe(index.digest);
    });

    test("says what is under a tag", async () => {
      expect(await taggedImage(client(), "ada/image", "v1")).toEqual({
        tag: "v1",
        digest: image.digest,
        platforms: ["linux/amd64"],
        size: image.pulled,
        created: "2026-11-01T10:00:00Z",
        cuda: "12.2.2",
        labels: { "org.opencontainers.image.source": "https://git.example/lab" },
      });
      expect(await taggedImage(client(), "ada/image", "many-platforms")).toMatchObject({
        digest: index.digest,
        platforms: ["linux/arm64", "linux/amd64"],
        size: index.images[1]?.pulled,
        cuda: undefined,
      });
    });

    test("has no such tag, no such image", async () => {
      expect(await failureOf(client().digestOf("ada/image", "v2"))).toMatchObject({
        cause: "registry",
        what: expect.stringMatching(/^cannot look up 127\.0\.0\.1:\d+\/ada\/image:v2$/),
        next: expect.stringMatching(/^Check the name and the tag of .*\/ada\/image:v2, and that/),
      });
      expect(await failureOf(client().tags("ada/none"))).toMatchObject({ cause: "registry" });
    });
  });

  test("a repository whose tags are all gone has none", async () => {
    await addTags(storage, "ada/emptied", image.digest, ["v1"]);
    rmSync(join(storage, "docker/registry/v2/repositories/ada/emptied/_manifests/tags/v1"), {
      recursive: true,
    });
    expect(await clientOf(open).tags("ada/emptied")).toEqual([]);
  });

  test("its repositories come page by page", async () => {
    const more = Array.from({ length: 1_100 }, (_, number) => `pages/image-${number}`);
    await Promise.all(more.map((repository) => addTags(storage, repository, image.digest, ["v1"])));
    const all = await clientOf(open).repositories();
    expect(all.filter((repository) => repository.startsWith("pages/")).sort()).toEqual(more.sort());
    expect(new Set(all).size).toBe(all.length);
  });

  test.each([
    ["with passwords", () => basic],
    ["behind a token server", () => bearer],
  ])("%s: nobody is logged in, or another one", async (_, registry) => {
    const { host } = registry();
    expect(await failureOf(clientOf(registry()).tags("ada/image"))).toMatchObject({
      cause: "registry-auth",
      what: `cannot list the tags of ${host}/ada/image`,
      next: `Log in to ${host}, if there is ${host}/ada/image`,
    });
    const wrong = only(host, "ada", "wrong-one");
    expect(await failureOf(clientOf(registry(), wrong).tags("ada/image"))).toMatchObject({
      cause: "registry-auth",
      next: expect.stringContaining(`Check that ada may see ${host}/ada/image`),
    });
  });

  test("what anybody may pull needs no login, though a helper is missing", async () => {
    const home = new DockerHome();
    home.writeConfig({ credsStore: "not-here" });
    const credentials = new DockerCredentials({ env: home.env, home: home.folder });
    expect(await clientOf(bearer, credentials).tags("public/image")).toEqual(["v1"]);
    expect((await failureOf(clientOf(bearer, credentials).tags("ada/image"))).next).toContain(
      "Install docker-credential-not-here",
    );
    home.remove();
  });

  test("an identity token, as docker login keeps one, is taken", async () => {
    const home = new DockerHome();
    const credentials = new DockerCredentials({ env: home.env, home: home.folder });
    const connection = socketConnection(daemonSocket ?? "");
    await login(connection, credentials, bearer.host, { username: "ada", password });
    expect((await credentials.get(bearer.host))?.kind).toBe("identity-token");
    expect(await clientOf(bearer, credentials).digestOf("ada/image", "v1")).toBe(image.digest);
    home.remove();
  });

  test("one token serves until it expires, for its repository", async () => {
    const before = tokens.scopes.length;
    const client = clientOf(bearer, ada(bearer));
    await client.tags("ada/image");
    await client.digestOf("ada/image", "v1");
    await client.digestOf("ada/large", "v0001");
    expect(tokens.scopes.slice(before)).toEqual([
      "ada repository:ada/image:pull",
      "ada repository:ada/large:pull",
    ]);
  });

  test("a reference is resolved whole, without a tag as latest", async () => {
    const ask = (registry: string) => new RegistryClient({ registry, credentials: noCredentials });
    expect(await resolveDigest(`${open.host}/ada/image:v1`, ask)).toBe(image.digest);
    expect((await failureOf(resolveDigest(`${open.host}/ada/image`, ask))).what).toContain(
      "/ada/image:latest",
    );
  });

  test("a signal ends it", async () => {
    expect(await failureOf(clientOf(open).tags("ada/image", AbortSignal.abort()))).toMatchObject({
      cause: "cancelled",
    });
  });
});
