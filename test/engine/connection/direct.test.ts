import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Connections } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import type { Host, HostTls } from "../../../engine/connection/host.ts";
import { makeCertificates } from "../../bed/certificates.mjs";
import { daemonSocket } from "../daemon.ts";
import { failureOf } from "./ssh-host.ts";

describe.skipIf(!daemonSocket)("without ssh", () => {
  const servers: Server[] = [];
  let connections: Connections;
  let trusted: HostTls;
  let stranger: HostTls;
  let tlsUrl: string;

  beforeAll(async () => {
    const certificates = await makeCertificates();
    trusted = { ca: certificates.ca, cert: certificates.client.cert, key: certificates.client.key };
    const other = await makeCertificates();
    stranger = { ca: certificates.ca, cert: other.client.cert, key: other.client.key };
    // A daemon's TLS port (--tlsverify), in front of the socket of the bed's.
    const server = createTlsServer(
      { ca: certificates.ca, ...certificates.server, requestCert: true, rejectUnauthorized: true },
      (client) => {
        const daemon = connect(daemonSocket ?? "");
        client.pipe(daemon).pipe(client);
        client.on("error", () => daemon.destroy());
        daemon.on("error", () => client.destroy());
      },
    );
    tlsUrl = `tcp://127.0.0.1:${await listen(server)}`;
  });
  beforeAll(() => {
    connections = createConnections();
  });
  afterAll(async () => {
    await connections?.close();
    for (const server of servers) server.close();
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    return (server.address() as AddressInfo).port;
  }
  const host = (url: string, tls?: HostTls): Host => ({
    url,
    name: "it",
    source: "option",
    ...(tls ? { tls } : {}),
  });

  describe("with variables of docker's in the environment that say something else", () => {
    afterEach(() => {
      for (const name of ["DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"]) delete process.env[name];
    });

    test.each([
      { DOCKER_HOST: "tcp://127.0.0.1:1" },
      { DOCKER_HOST: "ssh://nobody@127.0.0.1" },
      { DOCKER_HOST: "not a host//" },
      { DOCKER_HOST: "tcp://127.0.0.1:1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/nowhere" },
    ])("%j: the named socket is used", async (env) => {
      Object.assign(process.env, env);
      const connection = await connections.connect(host(`unix://${daemonSocket}`));
      expect(await connection.docker.listImages()).not.toEqual([]);
      await connection.close();
    });
  });

  test("a port with TLS takes the certificates of the host", async () => {
    const connection = await connections.connect(host(tlsUrl, trusted));
    expect(connection.transport).toBe("tcp");
    expect(await connection.docker.listImages()).not.toEqual([]);
    await connection.close();
  });

  test.each([
    ["a certificate of somebody else's", () => stranger],
    ["no certificate", () => ({ ca: trusted.ca! })],
    ["no CA that knows the daemon's", () => ({ cert: trusted.cert!, key: trusted.key! })],
  ])("a port with TLS is not used with %s", async (_, tls) => {
    const details = await failureOf(connections.connect(host(tlsUrl, tls())));
    expect(details).toMatchObject({
      cause: "permission",
      what: `there is no trust between this machine and the daemon at ${tlsUrl}`,
    });
  });

  test("nothing listens", async () => {
    const socket = host("unix:///nowhere/docker.sock");
    expect(await failureOf(connections.connect(socket))).toMatchObject({
      cause: "no-daemon",
      what: "no Docker daemon answers at unix:///nowhere/docker.sock",
    });
    expect((await failureOf(connections.connect(host("tcp://127.0.0.1:1")))).cause).toBe("no-daemon");
  });

  test("something else listens", async () => {
    const web = createHttpServer((_, response) => response.end("<html>"));
    const missing = createHttpServer((_, response) => response.writeHead(404).end());
    for (const server of [web, missing]) {
      const details = await failureOf(connections.connect(host(`tcp://127.0.0.1:${await listen(server)}`)));
      expect(["no-daemon", "fault"]).toContain(details.cause);
      expect(details.what).toContain("Docker daemon");
    }
  });

  test.skipIf(process.getuid?.() !== 0)("this user may not use the socket", async () => {
    const own = createConnections();
    process.seteuid?.(65534);
    try {
      const details = await failureOf(own.connect(host(`unix://${daemonSocket}`)));
      expect(details).toMatchObject({ cause: "permission", next: expect.stringContaining('group "docker"') });
    } finally {
      process.seteuid?.(0);
    }
  });

  test("a closed set of connections makes none", async () => {
    const closed = createConnections();
    await closed.close();
    expect((await failureOf(closed.connect(host(`unix://${daemonSocket}`)))).cause).toBe("cancelled");
  });
});
