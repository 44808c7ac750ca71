import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Connection } from "../../../../engine/connection/connection.ts";
import type { Host } from "../../../../engine/connection/host.ts";
import { checkJobImage } from "../../../../engine/lab/job-checks.ts";
import type { CredentialStore } from "../../../../engine/registry/credentials.ts";

const digest = `sha256:${"1".repeat(64)}`;
/** A registry that has every tag, each under the same digest. */
const registry = createServer((_request, response) => {
  asked++;
  response
    .writeHead(200, { "docker-content-digest": digest, "docker-distribution-api-version": "registry/2.0" })
    .end();
});
let asked = 0;
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
  readonly #host: Host;
  readonly #inspect: () => Promise<unknown>;
  readonly #forward: Connection["forward"];

  constructor(url: string, inspect: () => Promise<unknown>, forward?: Connection["forward"]) {
    this.#host = { url, name: "node", source: "setting" };
    this.#inspect = inspect;
    this.#forward = forward;
  }

  readonly #answer = (_: unknown, done: (error: unknown, answer?: unknown) => void) =>
    this.#inspect().then((answer) => done(null, answer), done);

  /** What is wrong with the image, where this is the lab's host. */
  check(isReached = true): Promise<string[]> {
    return checkJobImage(image, {
      credentials,
      host: async () => this.#host,
      connect: async () => (isReached ? this.#connection() : undefined),
    });
  }

  #connection(): Connection {
    this.open++;
    return {
      host: this.#host,
      docker: { modem: { dial: this.#answer } },
      lost: new AbortController().signal,
      forward: this.#forward,
      close: async () => {
        this.open--;
      },
    } as Partial<Record<keyof Connection, unknown>> as Connection;
  }
}

const here = "unix:///run/docker.sock";
const older = async () => ({ Id: "sha256:2", Created: "2026-01-01T00:00:00Z", RepoDigests: [] });

test("the host that has an older image is let go of, and so is one that has none", async () => {
  const other = new FakeHost(here, older);
  expect(await other.check()).toEqual([expect.stringContaining("is not what was last built on node")]);
  expect(other.open).toBe(0);

  const without = new FakeHost(here, () =>
    Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 })),
  );
  expect(await without.check()).toEqual([]);
  expect(without.open).toBe(0);
});

test("an image at localhost of another machine is asked of there, never of this one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "job-checks-"));
  const socket = join(folder, "registry.sock");
  const empty = createServer((_request, response) =>
    response.writeHead(404).end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN" }] })),
  );
  await new Promise<void>((resolve) => empty.listen(socket, resolve));
  onTestFinished(() => {
    empty.close();
    rmSync(folder, { recursive: true });
  });
  asked = 0;
  const node = new FakeHost("ssh://node", older, async () => socket);
  expect(await node.check()).toEqual([expect.stringContaining("is not in its registry")]);
  expect(await node.check(false)).toEqual([
    `Whether ${image} is in its registry is not known: ${image.replace(/\/.*/, "")} is a registry of node itself, which is not connected to. Connect to node first.`,
  ]);
  expect({ asked, open: node.open }).toEqual({ asked: 0, open: 0 });
});
