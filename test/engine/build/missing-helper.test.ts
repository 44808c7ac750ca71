import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "../../../engine/build/build.ts";
import type { BuildOutcome } from "../../../engine/build/build-event.ts";
import { DockerCredentials } from "../../../engine/registry/docker-credentials.ts";
import { push } from "../../../engine/registry/push.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { startTokenServer, type TokenServer } from "../../bed/token-server.mjs";
import { useFolders } from "../../cli/program.ts";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { DockerHome } from "../registry/docker-home.ts";
import { only, pushed } from "../registry/pushing.ts";

describe.skipIf(!daemonSocket)("a build where docker's config names a helper that is not here", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const docker = dockerClient(daemonSocket ?? "");
  const folder = useFolders();
  const home = new DockerHome();
  let tokens: TokenServer;
  let registry: Registry;

  beforeAll(async () => {
    const users = { ada: { password: "pw-of-ada", repositories: ["public/", "private/"] } };
    tokens = await startTokenServer({ users, readable: ["public/"] });
    registry = await startRegistry({ tokens });
    home.writeConfig({ credsStore: "not-here" });
  });

  afterAll(async () => {
    await registry?.stop();
    await tokens?.stop();
    home.remove();
  });

  async function buildFrom(path: string): Promise<BuildOutcome> {
    const base = `${registry.host}/${path}/base:v1`;
    await docker.tag(BUSYBOX_BASE, base);
    const known = only(registry.host, "ada", "pw-of-ada");
    expect((await pushed(push(connection, base, { credentials: known }))).outcome).toMatchObject({
      ok: true,
    });
    await docker.remove(base);
    const context = folder({ Dockerfile: `FROM ${base}\nRUN true\n` });
    const credentials = new DockerCredentials({ env: home.env, home: home.folder });
    const request = { context: context.path, dockerfile: context.at("Dockerfile"), tags: [], pull: true };
    for await (const event of build(connection, request, { credentials }))
      if (event.kind === "finished") return event.outcome;
    throw new Error("the build has no end");
  }

  test("goes on from a public base", async () => {
    expect(await buildFrom("public")).toMatchObject({ ok: true });
  });

  test("names the helper where the base wants a login", async () => {
    expect(await buildFrom("private")).toMatchObject({
      ok: false,
      cause: "registry-auth",
      what: expect.stringContaining("docker-credential-not-here, which is not on the PATH here"),
      next: expect.stringContaining("Install docker-credential-not-here"),
    });
  });
});
