import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { noCredentials } from "../../../engine/registry/credentials.ts";
import { push } from "../../../engine/registry/push.ts";
import { startDocker } from "../../bed/docker.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { layerStates, makeImage, only, pushed } from "./pushing.ts";
import { startSlowProxy, untilStill } from "./slow-proxy.ts";

/** The daemon sends a layer five times, and waits 5, 10, 15 and 20 seconds between: these tests take as long, side by side. */
const daemonRetries = 120_000;

describe.skipIf(!daemonSocket)("a push that goes wrong", () => {
  const connection = socketConnection(daemonSocket ?? "");
  let open: Registry;

  beforeAll(async () => {
    open = await startRegistry();
  });
  afterAll(() => open?.stop());

  /** What answers in a registry's place. */
  async function serve(handler: (asked: IncomingMessage, answer: ServerResponse) => void): Promise<string> {
    const server = createServer(handler);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close().closeAllConnections());
    const address = server.address();
    return `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }

  async function pushTo(host: string, { bytes = 1_000, retryDelays = [10] } = {}) {
    const reference = `${host}/ada/image:v1`;
    await makeImage(reference, bytes);
    return pushed(push(connection, reference, { credentials: only(host, "ada", "pw-of-ada"), retryDelays }));
  }

  test("cancelling ends it within a second, and the daemon's work with it", async () => {
    const proxy = await startSlowProxy(open.port, 5_000_000);
    onTestFinished(() => proxy.stop());
    const reference = `${proxy.host}/ada/cancelled:v1`;
    await makeImage(reference, 50_000_000);
    const cancel = new AbortController();
    let cancelled = 0;
    const events = push(connection, reference, { credentials: noCredentials, signal: cancel.signal });
    for await (const event of events) {
      if (event.kind === "layer" && (event.current ?? 0) > 0 && cancelled === 0) {
        cancelled = performance.now();
        cancel.abort();
      }
      if (event.kind !== "finished") continue;
      expect(event.outcome).toMatchObject({ ok: false, cause: "cancelled" });
      expect(performance.now() - cancelled).toBeLessThan(1_000);
    }
    expect(cancelled).toBeGreaterThan(0);
    await untilStill(() => proxy.received);
    expect(proxy.received).toBeLessThan(50_000_000);
  });

  test("leaving the loop ends the daemon's work", async () => {
    const proxy = await startSlowProxy(open.port, 5_000_000);
    onTestFinished(() => proxy.stop());
    const reference = `${proxy.host}/ada/left:v1`;
    await makeImage(reference, 50_000_000);
    for await (const event of push(connection, reference, { credentials: noCredentials }))
      if (event.kind === "layer" && (event.current ?? 0) > 0) break;
    await untilStill(() => proxy.received);
    expect(proxy.received).toBeLessThan(50_000_000);
  });

  test("cancelled before it began", async () => {
    const reference = `${open.host}/ada/never:v1`;
    const options = { credentials: noCredentials, signal: AbortSignal.abort() };
    expect((await pushed(push(connection, reference, options))).outcome).toMatchObject({
      cause: "cancelled",
    });
  });

  // The daemon tries by itself; with containerd's image store it leaves that to us.
  test("the link breaks once: the layer is sent again", async () => {
    const proxy = await startSlowProxy(open.port, 3_000_000);
    onTestFinished(() => proxy.stop());
    const reference = `${proxy.host}/ada/broken:v1`;
    await makeImage(reference, 6_000_000);
    const states: string[] = [];
    for await (const event of push(connection, reference, { credentials: noCredentials })) {
      if (event.kind === "layer" && (event.current ?? 0) > 1_000_000 && !states.includes("again"))
        proxy.breakConnections();
      if (event.kind === "retry" || (event.kind === "layer" && event.state === "retrying"))
        states.push("again");
      else if (event.kind === "layer") states.push(event.state);
      if (event.kind === "finished") expect(event.outcome).toMatchObject({ ok: true });
    }
    expect(states).toContain("again");
    expect(states.at(-1)).toBe("pushed");
  });

  test("a gateway fails at what the daemon tries once: it is tried again", async () => {
    let failures = 1;
    const host = await serve((asked, answer) => {
      if (asked.method === "PUT" && asked.url?.includes("/manifests/") && failures-- > 0)
        answer.writeHead(503).end("busy");
      else forward(asked, answer, open.port);
    });
    const { events, outcome } = await pushTo(host);
    expect(outcome).toMatchObject({ ok: true });
    expect(events.filter(({ kind }) => kind === "retry")).toEqual([
      { kind: "retry", delay: 10, because: expect.stringContaining("503") },
    ]);
  });

  test("a gateway that always fails is not asked for ever", async () => {
    let asked = 0;
    const host = await serve((message, answer) => {
      const isManifest = message.method === "PUT" && message.url?.includes("/manifests/");
      if (!isManifest) return forward(message, answer, open.port);
      asked++;
      answer.writeHead(502).end("<html>Bad Gateway</html>");
    });
    const { outcome } = await pushTo(host, { retryDelays: [10, 10] });
    expect(outcome).toMatchObject({ ok: false, cause: "registry", said: expect.stringContaining("502") });
    expect(asked).toBe(3);
  });

  test("nothing listens there", async () => {
    const gone = await startRegistry();
    await gone.stop();
    const { events, outcome } = await pushTo(gone.host);
    expect(outcome).toMatchObject({
      cause: "network",
      said: expect.stringContaining("connection refused"),
      next: "Start a registry on that host, or write another one to lab-images.json",
      registry: gone.host,
    });
    expect(events).toHaveLength(1);
  });

  test("the name does not resolve", async () => {
    const { outcome } = await pushTo("no-such-registry.invalid");
    expect(outcome).toMatchObject({ cause: "network" });
  });

  // Not so where /v2/ itself is answered by another host: then that one's challenge counts for the daemon (20.10), as with
  // the docker command.
  test("uploads are sent on to another host: the login does not follow", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((asked, answer) => {
      seen.push(asked.headers.authorization);
      answer.writeHead(404, { "Content-Type": "application/json" }).end('{"errors":[]}');
    });
    const shown: (string | undefined)[] = [];
    const host = await serve((asked, answer) => {
      shown.push(asked.headers.authorization);
      if (asked.url === "/v2/") answer.writeHead(401, { "WWW-Authenticate": 'Basic realm="here"' }).end();
      else answer.writeHead(307, { Location: `http://${other}${asked.url}` }).end();
    });
    const { outcome } = await pushTo(host);
    expect(outcome.ok).toBe(false);
    expect(shown).toContain(`Basic ${Buffer.from("ada:pw-of-ada").toString("base64")}`);
    expect(seen.every((authorization) => authorization === undefined)).toBe(true);
  });

  test("the daemon goes away", async () => {
    const docker = await startDocker();
    const proxy = await startSlowProxy(open.port, 500_000);
    onTestFinished(async () => {
      await docker.stop();
      await proxy.stop();
    });
    const reference = `${proxy.host}/ada/orphan:v1`;
    await makeImage(reference, 20_000_000, docker.socket);
    let stopped: Promise<void> | undefined;
    const events = push(socketConnection(docker.socket), reference, { credentials: noCredentials });
    for await (const event of events) {
      if (event.kind === "layer" && (event.current ?? 0) > 0) stopped ??= docker.stop();
      if (event.kind === "finished")
        expect(event.outcome).toMatchObject({ ok: false, cause: "connection-lost" });
    }
    await stopped;
  });

  describe.concurrent("for longer than the daemon tries", { timeout: daemonRetries }, () => {
    test("the registry goes down while a layer is sent", async ({ expect }) => {
      const registry = await startRegistry();
      const proxy = await startSlowProxy(registry.port, 1_000_000);
      const reference = `${proxy.host}/ada/half:v1`;
      await makeImage(reference, 10_000_000);
      let stopped: Promise<void> | undefined;
      const events = [];
      for await (const event of push(connection, reference, { credentials: noCredentials })) {
        events.push(event);
        if (event.kind === "layer" && (event.current ?? 0) > 0)
          stopped ??= registry.stop().then(proxy.goDown);
      }
      await stopped;
      await proxy.stop();
      expect(layerStates(events)).toContain("retrying");
      expect(events.at(-1), JSON.stringify(events.at(-1))).toMatchObject({
        outcome: { ok: false, cause: "network" },
      });
      expect(events.some(({ kind }) => kind === "retry")).toBe(false);
    });

    test("the registry's disk is full", async ({ expect }) => {
      const folder = mkdtempSync(join(tmpdir(), "lab-full-"));
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).status).toBe(0);
      const registry = await startRegistry({ storage: folder });
      try {
        const { outcome } = await pushTo(registry.host, { bytes: 3_000_000 });
        expect(outcome).toMatchObject({
          ok: false,
          cause: "registry",
          next: `Try later, or ask who runs ${registry.host}: it fails by itself, for instance as its disk is full`,
        });
      } finally {
        await registry.stop();
        spawnSync("umount", [folder]);
        rmSync(folder, { recursive: true, force: true });
      }
    });

    test.for([200, 404])("a web page answers with %i", async (status, { expect, onTestFinished }) => {
      const server = createServer((_, answer) =>
        answer.writeHead(status, { "Content-Type": "text/html" }).end("<html>Log in</html>"),
      );
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      onTestFinished(() => void server.close().closeAllConnections());
      const address = server.address();
      const host = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
      expect((await pushTo(host)).outcome).toMatchObject({
        ok: false,
        cause: "registry",
        next: expect.stringContaining(`Check that ${host} is a registry`),
      });
    });
  });
});

/** Passes a request on to the registry and its answer back. */
function forward(asked: IncomingMessage, answer: ServerResponse, port: number): void {
  const passed = request(
    { host: "127.0.0.1", port, method: asked.method, path: asked.url, headers: asked.headers },
    (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    },
  );
  asked.pipe(passed);
}
