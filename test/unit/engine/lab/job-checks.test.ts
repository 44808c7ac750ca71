import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../../engine/connection/connection.ts";
import { checkJobImage } from "../../../../engine/lab/job-checks.ts";
import type { CredentialStore } from "../../../../engine/registry/credentials.ts";

const digest = `sha256:${"1".repeat(64)}`;
/** A registry that has every tag, each under the same digest. */
const registry = createServer((_request, response) =>
  response
    .writeHead(200, { "docker-content-digest": digest, "docker-distribution-api-version": "registry/2.0" })
    .end(),
);
let image: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  image = `localhost:${(registry.address() as AddressInfo).port}/ada/tool:1`;
});
afterAll(() => {
  registry.closeAllConnections();
  registry.close();
});

const credentials: CredentialStore = { get: async () => undefined };

/** A host that says of an image what it is told to say, and counts who holds a connection to it. */
class FakeHost {
  open = 0;
  readonly #inspect: () => Promise<unknown>;

  constructor(inspect: () => Promise<unknown>) {
    this.#inspect = inspect;
  }

  readonly #answer = (_: unknown, done: (error: unknown, answer?: unknown) => void) =>
    this.#inspect().then((answer) => done(null, answer), done);

  readonly connect = async (): Promise<Connection> => {
    this.open++;
    return {
      host: { url: "ssh://node", name: "node", source: "setting" },
      docker: { modem: { dial: this.#answer } },
      lost: new AbortController().signal,
      close: async () => {
        this.open--;
      },
    } as Partial<Record<keyof Connection, unknown>> as Connection;
  };
}

test("the host that has an older image is let go of, and so is one that has none", async () => {
  const other = new FakeHost(async () => ({
    Id: "sha256:2",
    Created: "2026-01-01T00:00:00Z",
    RepoDigests: [],
  }));
  expect(await checkJobImage(image, { credentials, connect: other.connect })).toEqual([
    expect.stringContaining("is not what was last built on node"),
  ]);
  expect(other.open).toBe(0);

  const without = new FakeHost(() =>
    Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 })),
  );
  expect(await checkJobImage(image, { credentials, connect: without.connect })).toEqual([]);
  expect(without.open).toBe(0);
});
