import { createServer } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { noCredentials } from "../../../engine/registry/credentials.ts";
import {
  type LocalRegistry,
  type LocalRegistryOptions,
  localRegistryOn,
  registryImage,
  startLocalRegistry,
  stopLocalRegistry,
} from "../../../engine/registry/local-registry.ts";
import { push } from "../../../engine/registry/push.ts";
import { makeRegistryImage } from "../../bed/registry-image.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { failureOf } from "./failure-of.ts";
import { freePort } from "./free-port.ts";
import { makeImage, pushed } from "./pushing.ts";

describe.skipIf(!daemonSocket)("a registry on a host", () => {
  const connection = socketConnection(daemonSocket ?? "");
  let port: number;

  beforeAll(async () => {
    await makeRegistryImage(daemonSocket ?? "", registryImage);
  });
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(() => stopLocalRegistry(connection, { deleteImages: true }));

  async function started(options: Partial<LocalRegistryOptions> = {}): Promise<LocalRegistry> {
    for await (const event of startLocalRegistry(connection, { credentials: noCredentials, ...options }))
      if (event.kind === "running") return event.registry;
    return expect.unreachable("it does not run");
  }

  test("takes pushes from the daemon, on loopback alone", async () => {
    const { address } = await started({ port });
    expect(address).toBe(`localhost:${port}`);
    await makeImage(`${address}/ada/image:v1`);
    const { outcome } = await pushed(
      push(connection, `${address}/ada/image:v1`, { credentials: noCredentials }),
    );
    expect(outcome).toMatchObject({ ok: true });
    const answer = await fetch(`http://127.0.0.1:${port}/v2/_catalog`);
    expect(await answer.json()).toEqual({ repositories: ["ada/image"] });
    const { HostConfig } = await connection.docker.getContainer("lab-images-registry").inspect();
    expect(HostConfig.PortBindings).toEqual({
      "5000/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }],
    });
    expect(HostConfig.RestartPolicy?.Name).toBe("unless-stopped");
  });

  test("one that runs is left as it is; another port moves it, with its images", async () => {
    const first = await started({ port });
    await makeImage(`${first.address}/ada/kept:v1`);
    await pushed(push(connection, `${first.address}/ada/kept:v1`, { credentials: noCredentials }));
    expect(await started()).toEqual({ ...first, wasRunning: true });
    expect(await localRegistryOn(connection)).toEqual({ ...first, wasRunning: true });
    const other = await freePort();
    const second = await started({ port: other });
    expect(second).toEqual({ address: `localhost:${other}`, port: other, wasRunning: false });
    expect(await catalogue(other)).toEqual(["ada/kept"]);
    await expect(fetch(`http://127.0.0.1:${port}/v2/`)).rejects.toThrow();
  });

  test("ended and started again it is at the same images, until they are deleted too", async () => {
    const { address } = await started({ port });
    await makeImage(`${address}/ada/kept:v1`);
    await pushed(push(connection, `${address}/ada/kept:v1`, { credentials: noCredentials }));
    expect(await stopLocalRegistry(connection)).toBe(true);
    expect(await localRegistryOn(connection)).toBeUndefined();
    expect(await stopLocalRegistry(connection)).toBe(false);
    await started({ port });
    expect(await catalogue(port)).toEqual(["ada/kept"]);
    await stopLocalRegistry(connection, { deleteImages: true });
    await started({ port });
    expect(await catalogue(port)).toEqual([]);
  });

  test("one that somebody stopped is started at its port", async () => {
    await started({ port });
    await connection.docker.getContainer("lab-images-registry").stop({ t: 1 });
    expect(await localRegistryOn(connection)).toBeUndefined();
    expect(await started()).toMatchObject({ port, wasRunning: false });
  });

  test("a port that was named and is taken is said; one that was to move there stays", async () => {
    const before = await started({ port: await freePort() });
    const taken = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    try {
      const failure = await failureOf(started({ port }));
      expect(failure).toMatchObject({
        cause: "request",
        what: expect.stringMatching(`port ${port} is taken there$`),
      });
      expect(await localRegistryOn(connection)).toEqual({ ...before, wasRunning: true });
    } finally {
      taken.close();
    }
  });

  test("one that was to move and comes up nowhere else runs on where it was, also where that was cancelled", async () => {
    const before = await started({ port: await freePort() });
    expect(await failureOf(started({ port, image: "busybox:test" }))).toMatchObject({
      what: expect.stringContaining("does not come up"),
    });
    expect(await localRegistryOn(connection)).toEqual({ ...before, wasRunning: true });
    expect(await catalogueOnceUp(before.port)).toEqual([]);
    const silent = await connection.docker.createContainer({ Image: "busybox:test" });
    await silent.commit({ repo: "silent", tag: "test", changes: 'CMD ["sleep", "600"]' });
    await silent.remove();
    const cancel = new AbortController();
    const moved = failureOf(started({ port, image: "silent:test", signal: cancel.signal }));
    const silentOnes = { filters: { ancestor: ["silent:test"] } };
    await expect.poll(async () => (await connection.docker.listContainers(silentOnes)).length).toBe(1);
    cancel.abort();
    expect(await moved).toMatchObject({ cause: "cancelled" });
    expect(await localRegistryOn(connection)).toEqual({ ...before, wasRunning: true });
    expect(await catalogueOnceUp(before.port)).toEqual([]);
  });

  test("who has the port is named where it is a container; a registry there will do", async () => {
    const running = async (image: string, command?: string[]) => {
      const HostConfig = { PortBindings: { "5000/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] } };
      const ExposedPorts = { "5000/tcp": {} };
      const made = { name: "somebodys", Image: image, ExposedPorts, HostConfig };
      const container = await connection.docker.createContainer(command ? { ...made, Cmd: command } : made);
      await container.start();
      return () => container.remove({ force: true });
    };
    const endOther = await running("busybox:test", ["sleep", "600"]);
    expect(await failureOf(started({ port }).finally(endOther))).toMatchObject({
      what: expect.stringContaining(`port ${port} is taken there by the container somebodys (busybox:test)`),
    });
    const endRegistry = await running(registryImage);
    try {
      expect(await catalogueOnceUp(port)).toEqual([]);
      expect(await started({ port })).toEqual({ address: `localhost:${port}`, port, wasRunning: true });
      expect(await localRegistryOn(connection)).toBeUndefined();
    } finally {
      await endRegistry();
    }
  });

  test("without a port it takes the usual one or the next", async () => {
    expect((await started()).port).toBeGreaterThanOrEqual(5000);
  });

  test("an image that is not to be had, and one that is no registry", async () => {
    const missing = "127.0.0.1:1/no/registry:2";
    expect(await failureOf(started({ port, image: missing }))).toMatchObject({
      cause: "network",
      what: expect.stringMatching(/^cannot start a registry: cannot pull 127\.0\.0\.1:1\/no\/registry:2/),
    });
    const failure = await failureOf(started({ port, image: "busybox:test" }));
    expect(failure).toMatchObject({ what: expect.stringContaining("does not come up") });
    expect(await localRegistryOn(connection)).toBeUndefined();
  });
});

/** What a registry has that was begun, and may not answer yet. */
async function catalogueOnceUp(port: number): Promise<string[]> {
  await expect.poll(() => catalogue(port).catch(() => undefined)).toBeDefined();
  return catalogue(port);
}

async function catalogue(port: number): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/v2/_catalog`);
  return ((await answer.json()) as { repositories: string[] }).repositories;
}
