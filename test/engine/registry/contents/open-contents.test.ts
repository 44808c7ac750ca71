import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Connections } from "../../../../engine/connection/connection.ts";
import { createConnections } from "../../../../engine/connection/create-connections.ts";
import { openContents } from "../../../../engine/registry/contents/open-contents.ts";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import { RegistryClient } from "../../../../engine/registry/distribution/registry-client.ts";
import { type Registry, startRegistry } from "../../../bed/registry.mjs";
import { putImage } from "../../../bed/registry-content.mjs";
import { type SshBed, startSshBed } from "../../../bed/sshd.mjs";
import { sshHost } from "../../connection/ssh-host.ts";
import { daemonSocket, socketConnection } from "../../daemon.ts";
import { failureOf } from "../failure-of.ts";

const unasked = async () => expect.unreachable("no host is connected to");
const node = sshHost("node");

test("localhost of a host is asked through the socket that leads there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-way-"));
  const socketPath = join(folder, "s");
  const server = createServer((request, response) =>
    response
      .setHeader("content-type", "application/json")
      .end(request.url?.startsWith("/v2/") ? '{"tags":["from-there"]}' : "{}"),
  );
  await new Promise((done) => server.listen(socketPath, () => done(undefined)));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ports: number[] = [];
  const connection = {
    ...socketConnection(""),
    host: node,
    forward: async (port: number) => {
      ports.push(port);
      return socketPath;
    },
  };
  // Nobody listens at this port here.
  const options = { registry: "localhost:1", credentials: noCredentials };
  const contents = await openContents(options, node, async () => connection);
  expect(await contents.tagNames("lab/image")).toEqual(["from-there"]);
  expect(ports).toEqual([1]);
  // The port that HTTP has anyway, written or not.
  const usual = await openContents({ ...options, registry: "localhost:80" }, node, async () => connection);
  expect(await usual.tagNames("lab/image")).toEqual(["from-there"]);
  // The daemon of this machine has this machine's.
  const here = await openContents(options, { ...node, url: "unix:///x" }, unasked);
  expect((await failureOf(here.tagNames("lab/image"))).cause).toBe("network");
});

test("a token server on the host's own loopback is not looked for on this machine", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-way-"));
  const socketPath = join(folder, "s");
  const asked: string[] = [];
  const here = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    response.end('{"token":"x"}');
  });
  await new Promise((done) => here.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = here.address() as AddressInfo;
  const server = createServer((_, response) =>
    response
      .writeHead(401, { "www-authenticate": `Bearer realm="http://localhost:${port}/token",service="x"` })
      .end("{}"),
  );
  await new Promise((done) => server.listen(socketPath, () => done(undefined)));
  onTestFinished(() => {
    here.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const credentials = {
    get: async () => ({ kind: "password", username: "ada", password: "secret" }) as const,
  };
  const client = new RegistryClient({ registry: "localhost:5000", credentials, socketPath });
  expect((await failureOf(client.tags("lab/image"))).said).toContain(
    `it sends us to localhost:${port} of its own machine`,
  );
  expect(asked).toEqual([]);
});

test.each(["ssh://node", "tcp://node:2376"])(
  "localhost of %s, to which nothing leads, is not this machine's",
  async (url) => {
    const host = { ...node, url };
    const options = { registry: "localhost:5000", credentials: noCredentials };
    const opened = openContents(options, host, async () => ({ ...socketConnection(""), host }));
    expect(await failureOf(opened)).toMatchObject({
      cause: "request",
      what: expect.stringContaining("localhost:5000 is a registry of node itself"),
    });
  },
);

test.each(["tcp://localhost:2375", "tcp://[::1]:2375"])(
  "localhost of a daemon at %s is this machine's",
  async (url) => {
    const options = { registry: "localhost:5000", credentials: noCredentials };
    expect((await openContents(options, { ...node, url }, unasked)).client.registry).toBe("localhost:5000");
  },
);

test("any other registry is asked from here", async () => {
  const options = { registry: "lab.example:5000", credentials: noCredentials };
  expect((await openContents(options, node, unasked)).client.registry).toBe("lab.example:5000");
});

describe.skipIf(!daemonSocket)("over real ssh", () => {
  let bed: SshBed;
  let registry: Registry;
  let connections: Connections;

  beforeAll(async () => {
    bed = await startSshBed();
    await bed.startHost("node", { dockerHost: `unix://${daemonSocket}` });
    registry = await startRegistry();
    await putImage(registry.host, "lab/image", "v1");
    connections = createConnections({ sshConfigFile: bed.configFile, graceMs: 0 });
  });
  afterAll(async () => {
    await connections?.close();
    await registry?.stop();
    await bed?.stop();
  });

  test("the way leads to the host's loopback, once for each port", async () => {
    const connection = await connections.connect(node);
    const way = await connection.forward?.(registry.port);
    expect(way).toMatch(/^\//);
    expect(await connection.forward?.(registry.port)).toBe(way);
    const options = { registry: `localhost:${registry.port}`, credentials: noCredentials };
    const contents = await openContents(options, node, async () => connection);
    expect(await contents.tagNames("lab/image")).toEqual(["v1"]);
    const nobody = await openContents({ ...options, registry: "localhost:1" }, node, async () => connection);
    expect((await failureOf(nobody.tagNames("lab/image"))).cause).toBe("network");
    await connection.close();
  });
});
