import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkJobImage } from "../../../../engine/lab/job-checks.ts";
import { compareWithHost } from "../../../../engine/registry/contents/compare-with-host.ts";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import { RegistryClient } from "../../../../engine/registry/distribution/registry-client.ts";
import { pull } from "../../../../engine/registry/pull.ts";
import { push } from "../../../../engine/registry/push.ts";
import { BUSYBOX_BASE } from "../../../bed/debian-base.mjs";
import { dockerClient } from "../../../bed/docker-api.mjs";
import { type Registry, startRegistry } from "../../../bed/registry.mjs";
import { putIndex } from "../../../bed/registry-content.mjs";
import { daemonSocket, socketConnection } from "../../daemon.ts";
import { pushed } from "../pushing.ts";

describe.skipIf(!daemonSocket)("an image in a registry and on a host", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const docker = dockerClient(daemonSocket ?? "");
  let registry: Registry;
  let client: RegistryClient;

  beforeAll(async () => {
    registry = await startRegistry();
    client = new RegistryClient({ registry: registry.host, credentials: noCredentials });
  });
  afterAll(() => registry?.stop());

  async function pulled(reference: string): Promise<void> {
    for await (const event of pull(connection, reference, { credentials: noCredentials }))
      if (event.kind === "finished" && !event.outcome.ok) throw new Error(event.outcome.what);
  }

  async function build(reference: string, lines: string): Promise<void> {
    const result = await docker.build(`FROM ${BUSYBOX_BASE}\n${lines}`, { tag: reference });
    if (!result.ok) throw new Error(result.error);
  }

  test("the same, another one with the layers that both have, and none", async () => {
    const reference = `${registry.host}/lab/compared:v1`;
    await build(reference, "RUN echo common > /a\nRUN echo first > /b\n");
    const { outcome } = await pushed(push(connection, reference, { credentials: noCredentials }));
    if (!outcome.ok) throw new Error(outcome.what);
    const compare = () => compareWithHost(connection, client, "lab/compared", "v1");
    expect(await compare()).toEqual({ kind: "same", digest: outcome.digest });

    const start = Date.now();
    await build(reference, "RUN echo common > /a\nRUN echo second > /b\nRUN echo third > /c\n");
    const different = await compare();
    expect(different).toMatchObject({
      kind: "different",
      digest: outcome.digest,
      shared: 2,
      layersOnHost: 4,
      madeInRegistry: expect.any(Number),
    });
    if (different.kind !== "different") return;
    expect(different.madeOnHost).toBeGreaterThan(start - 60_000);

    await docker.remove(reference);
    expect(await compare()).toEqual({ kind: "not-on-host", digest: outcome.digest });
  });

  test("of several platforms", async () => {
    const { digest, images } = await putIndex(registry.host, "lab/index", "v1", ["amd64", "arm64"]);
    const compare = () => compareWithHost(connection, client, "lab/index", "v1");
    expect(await compare()).toEqual({ kind: "not-on-host", digest });
    await pulled(`${registry.host}/lab/index:v1`);
    expect(await compare()).toEqual({ kind: "same", digest });

    await docker.remove(`${registry.host}/lab/index:v1`);
    await pulled(`${registry.host}/lab/index@${images[0]?.digest}`);
    await docker.tag(`${registry.host}/lab/index@${images[0]?.digest}`, `${registry.host}/lab/index:v1`);
    expect(await compare()).toEqual({ kind: "same", digest });
    await docker.remove(`${registry.host}/lab/index:v1`);
  });

  test("of several platforms, pushed with the one that the host has", async () => {
    await putIndex(registry.host, "lab/whole", "v1", ["amd64", "arm64"]);
    await pulled(`${registry.host}/lab/whole:v1`);
    const reference = `${registry.host}/lab/part:v1`;
    await docker.tag(`${registry.host}/lab/whole:v1`, reference);
    const { outcome } = await pushed(push(connection, reference, { credentials: noCredentials }));
    if (!outcome.ok) throw new Error(outcome.what);
    expect(await compareWithHost(connection, client, "lab/part", "v1")).toEqual({
      kind: "same",
      digest: outcome.digest,
    });
    // Nor is a job warned that it gets another one.
    const options = {
      credentials: noCredentials,
      host: async () => connection.host,
      connect: async () => connection,
    };
    expect(await checkJobImage(reference, options)).toEqual([]);
  });
});
