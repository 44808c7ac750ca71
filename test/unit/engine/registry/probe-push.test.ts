import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../../engine/connection/connection.ts";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import { probePush } from "../../../../engine/registry/probe-push.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-probe-"));
const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function listen(listener: RequestListener, at: string | number): Promise<AddressInfo> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(at, resolve));
  return server.address() as AddressInfo;
}

const refuse: RequestListener = (_, response) => response.writeHead(401).end();
const take: RequestListener = (_, response) => response.end("{}");
let registry: string;

beforeAll(async () => {
  // The registry of this machine, which has a password, at the port of the one that is meant.
  registry = `localhost:${(await listen(refuse, 0)).port}`;
  await listen(take, join(folder, "open-registry"));
  await listen(refuse, join(folder, "closed-registry"));
  await listen(take, join(folder, "fake-daemon"));
});

/** A node whose daemon logs in anywhere, and the registry at its own localhost. */
function fakeNode(itsRegistry?: string): Connection {
  return {
    host: { url: "ssh://node", name: "node", source: "option" },
    transport: "ssh-tunnel",
    docker: new Docker({ socketPath: join(folder, "fake-daemon") }),
    lost: new AbortController().signal,
    ...(itsRegistry ? { forward: async () => join(folder, itsRegistry) } : {}),
    close: async () => {},
  };
}

const probe = (node: Connection) =>
  probePush(node, [`${registry}/lab/base:v1`], { credentials: noCredentials });

test("whether a host's own registry wants a login is asked there", async () => {
  await probe(fakeNode("open-registry"));
  await expect(probe(fakeNode("closed-registry"))).rejects.toMatchObject({
    details: { cause: "registry-auth", registry },
  });
});

test("where nothing leads to it, the push tells", async () => {
  await probe(fakeNode());
});
