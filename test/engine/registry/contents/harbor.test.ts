import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { RegistryContents } from "../../../../engine/registry/contents/registry-contents.ts";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import { startFakeHarbor } from "../../../bed/fake-harbor.mjs";
import { failureOf } from "../failure-of.ts";
import { only } from "../pushing.ts";

type Fake = Awaited<ReturnType<typeof startFakeHarbor>>;
const fakes: Fake[] = [];

/** A server of one test alone; gives its host with the port. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => Promise.all(fakes.splice(0).map((each) => each.stop())));

const base = {
  tags: ["ssh", "latest"],
  pushed: "2026-11-20T08:00:00.000Z",
  created: "2026-11-20T07:00:00Z",
  environment: ["PATH=/bin", "CUDA_VERSION=12.2.2"],
  labels: { "org.opencontainers.image.revision": "abc" },
};
const repositories = {
  "cvlab/ada/base": [base, { tags: [], pushed: "2026-11-21T08:00:00.000Z" }],
  "cvlab/ada/tools/deep": [
    { tags: ["v1"], pushed: "2026-11-01T08:00:00.000Z", architectures: ["amd64", "arm64"] },
    { tags: ["chart"], pushed: "2026-11-02T08:00:00.000Z", type: "CHART" },
  ],
  "cvlab/bob/other": [{ tags: ["v1"], pushed: "2026-11-01T08:00:00.000Z" }],
  "public/image": [{ tags: ["v1"], pushed: "2026-11-01T08:00:00.000Z" }],
};

async function harbor(options: Partial<Parameters<typeof startFakeHarbor>[0]> = {}): Promise<Fake> {
  const fake = await startFakeHarbor({
    repositories,
    users: { ada: "pw-of-ada" },
    mode: "oidc_auth",
    ...options,
  });
  fakes.push(fake);
  return fake;
}

const contentsOf = ({ host }: Fake, credentials = only(host, "ada", "pw-of-ada")) =>
  new RegistryContents({ registry: host, credentials });

test("what is below the lab's place, with what only a command line's secret may ask", async () => {
  const fake = await harbor();
  const place = { prefix: "cvlab/ada/", known: ["cvlab/ada/later", "cvlab/ada/base"] };
  expect(await contentsOf(fake).repositories(place)).toEqual({
    repositories: [
      { path: "cvlab/ada/base", isThere: true },
      { path: "cvlab/ada/later", isThere: false },
      { path: "cvlab/ada/tools/deep", isThere: true },
    ],
    untold: undefined,
  });
  expect(fake.requests).toEqual([
    "GET /api/v2.0/systeminfo",
    "GET /api/v2.0/projects/cvlab/repositories?page=1&page_size=100",
  ]);
});

test("tags in one call, slashes encoded twice; what has no tag or is no image is left out", async () => {
  const fake = await harbor();
  const contents = contentsOf(fake);
  const { tags, more } = await contents.tagPage("cvlab/ada/base", 0);
  const image = {
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    platforms: ["linux/amd64"],
    size: 1_234_567_890,
    created: "2026-11-20T07:00:00Z",
    pushed: "2026-11-20T08:00:00.000Z",
    cuda: "12.2.2",
    labels: { "org.opencontainers.image.revision": "abc" },
  };
  expect({ tags, more }).toEqual({
    tags: [
      { tag: "ssh", ...image },
      { tag: "latest", ...image },
    ],
    more: false,
  });
  fake.requests.length = 0;
  const deep = await contents.tagPage("cvlab/ada/tools/deep", 0);
  expect(deep.tags).toMatchObject([{ tag: "v1", platforms: ["linux/amd64", "linux/arm64"] }]);
  expect(fake.requests).toEqual([
    expect.stringMatching(
      /^GET \/api\/v2\.0\/projects\/cvlab\/repositories\/ada%252Ftools%252Fdeep\/artifacts\?/,
    ),
  ]);
});

test("5,000 tags come page by page, the newest first", async () => {
  const many = Array.from({ length: 5_000 }, (_, i) => ({
    tags: [`v${i}`],
    pushed: new Date(1_700_000_000_000 + i * 60_000).toISOString(),
  }));
  const fake = await harbor({ repositories: { "cvlab/many": many } });
  const contents = contentsOf(fake);
  const first = await contents.tagPage("cvlab/many", 0);
  expect(first.more).toBe(true);
  expect(first.tags).toHaveLength(100);
  expect(first.tags[0]?.tag).toBe("v4999");
  expect(fake.requests).toHaveLength(2);
  expect((await contents.tagPage("cvlab/many", 50)).tags).toEqual([]);
  expect(await contents.images("cvlab/many")).toHaveLength(5_000);
});

test("a tag is deleted alone", async () => {
  const fake = await harbor();
  const contents = contentsOf(fake);
  const deletion = await contents.deletionOf("cvlab/ada/base", "latest");
  expect(deletion.others).toEqual([]);
  await contents.deleteTag(deletion);
  expect((await contents.tagPage("cvlab/ada/base", 0)).tags.map(({ tag }) => tag)).toEqual(["ssh"]);
  expect(await failureOf(contents.deleteTag(deletion))).toMatchObject({
    cause: "registry",
    what: `cannot delete ${fake.host}/cvlab/ada/base:latest`,
    said: "tag latest not found",
  });
});

test("not logged in, or with a wrong password: what to do; the lab's own are shown all the same", async () => {
  const fake = await harbor();
  const nobody = contentsOf(fake, noCredentials);
  expect(await failureOf(nobody.repositories({ prefix: "cvlab/", known: [] }))).toMatchObject({
    cause: "registry-auth",
    what: `cannot list the repositories of ${fake.host}/cvlab`,
    next: expect.stringContaining(`Log in to ${fake.host}`),
  });
  const known = ["cvlab/ada/base"];
  expect(await nobody.repositories({ prefix: "cvlab/", known })).toMatchObject({
    repositories: [{ path: "cvlab/ada/base", isThere: undefined }],
    untold: { cause: "registry-auth" },
  });
  const wrong = contentsOf(fake, only(fake.host, "ada", "wrong-one"));
  expect(await failureOf(wrong.tagPage("cvlab/ada/base", 0))).toMatchObject({
    cause: "registry-auth",
    next: expect.stringContaining("Check that ada may see"),
  });
});

test("a public Harbor needs no login, and without a project all of them are listed", async () => {
  const fake = await startFakeHarbor({ repositories });
  fakes.push(fake);
  const { repositories: all } = await contentsOf(fake, noCredentials).repositories({ prefix: "", known: [] });
  expect(all.map(({ path }) => path)).toEqual(Object.keys(repositories).sort());
});

test("a log-in page, a redirect elsewhere: no Harbor, and nobody else is shown the password", async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.setHeader("content-type", "text/html").end("<!DOCTYPE html><title>Log in</title>");
  });
  const registry = await serve((request, response) => {
    if (request.url?.startsWith("/api/"))
      response.writeHead(302, { location: `http://${elsewhere}/login` }).end();
    else response.end('{"repositories":["cvlab/ada/base"]}');
  });
  const contents = new RegistryContents({ registry, credentials: only(registry, "ada", "pw-of-ada") });
  expect(await contents.isHarbor()).toBe(false);
  expect(await contents.repositories({ prefix: "cvlab/", known: [] })).toMatchObject({
    repositories: [{ path: "cvlab/ada/base", isThere: true }],
  });
  expect(seen).toEqual([undefined]);
});

test("a Harbor that breaks in the middle is said", async () => {
  const registry = await serve((request, response) =>
    request.url === "/api/v2.0/systeminfo"
      ? response.end('{"auth_mode":"db_auth"}')
      : response.setHeader("content-type", "text/html").end("<!DOCTYPE html><title>Maintenance</title>"),
  );
  const contents = new RegistryContents({ registry, credentials: noCredentials });
  expect(await failureOf(contents.tagPage("cvlab/ada/base", 0))).toMatchObject({
    cause: "registry",
    what: `cannot list the tags of ${registry}/cvlab/ada/base`,
    said: "its answer is no list",
  });
});

test("nothing of a registry's words is obeyed", async () => {
  const odd = {
    tags: ["v1"],
    pushed: "not a time",
    created: "yesterday",
    environment: ["CUDA_VERSION=\u001b[31m12"],
    labels: { "[x](command:evil)": "**bold**" },
  };
  const fake = await harbor({ repositories: { "cvlab/odd": [odd] } });
  const { tags } = await contentsOf(fake).tagPage("cvlab/odd", 0);
  // As it came: who shows it makes it harmless.
  expect(tags).toMatchObject([{ tag: "v1", created: undefined, labels: odd.labels }]);
  expect(tags[0]).not.toHaveProperty("pushed");
});
