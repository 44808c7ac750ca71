import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildRequest } from "../../../engine/build/build-request.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonRelease, daemonSocket, socketConnection } from "../daemon.ts";
import { runBuild } from "./run-build.ts";

describe.skipIf(!daemonSocket)("a build with named contexts", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const docker = dockerClient(daemonSocket ?? "");
  let folder = "";
  let other = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-named-"));
    other = mkdtempSync(join(tmpdir(), "lab-other-"));
    writeFileSync(join(other, "weights"), "from another folder");
  });
  afterAll(() => {
    for (const each of [folder, other]) rmSync(each, { recursive: true, force: true });
  });

  const request = (lines: string, more: Partial<BuildRequest>): BuildRequest => ({
    context: folder,
    dockerfile: join(folder, "Dockerfile"),
    dockerfileText: lines,
    tags: [],
    ...more,
  });

  test.skipIf(!daemonRelease)("takes files of another folder, and an image by another name", async () => {
    const namedContexts = new Map([
      ["data", other],
      ["lab-base", `docker-image://docker.io/library/${BUSYBOX_BASE}`],
    ]);
    const dockerfile =
      "FROM lab-base\nARG WHO\nCOPY --from=data weights /\nRUN echo $WHO > /who\nLABEL a=b\n";
    const { image, error } = await runBuild(
      connection,
      request(dockerfile, {
        namedContexts,
        tags: ["lab/named:1", "lab/named:2"],
        args: new Map([["WHO", "me"]]),
        network: "none",
        noCache: true,
      }),
    );
    expect(error).toBeUndefined();
    for (const tag of ["lab/named:1", "lab/named:2"]) expect((await docker.image(tag)).Id).toBe(image);
    expect((await docker.run("lab/named:1", ["cat", "/weights", "/who"])).stdout).toBe(
      "from another folderme\n",
    );
  });

  test.skipIf(!daemonRelease)("takes host-gateway, and a folder called as the context is", async () => {
    writeFileSync(join(folder, "weights"), "of the context");
    const dockerfile = `FROM ${BUSYBOX_BASE}
COPY --from=context weights /
RUN cat /etc/hosts
`;
    const more = { namedContexts: new Map([["context", other]]), tags: ["lab/named:3"], noCache: true };
    const built = await runBuild(
      connection,
      request(dockerfile, { ...more, extraHosts: ["here:host-gateway", "six:fe80::1"] }),
    );
    expect(built.error).toBeUndefined();
    expect(built.status).toMatch(/(?:\d+\.){3}\d+\s+here/);
    expect(built.status).toMatch(/fe80::1\s+six/);
    expect((await docker.run("lab/named:3", ["cat", "/weights"])).stdout).toBe("from another folder");
  });

  test.skipIf(daemonRelease)("fails on a daemon that is too old for them", async () => {
    const dockerfile = "FROM scratch\nCOPY --from=data weights /\n";
    const built = await runBuild(
      connection,
      request(dockerfile, { namedContexts: new Map([["data", other]]) }),
    );
    expect(built.image).toBeUndefined();
    expect(built.failure?.details).toMatchObject({
      cause: "request",
      what: expect.stringContaining("named contexts"),
    });
  });

  test.skipIf(!daemonRelease)("a command that fails is the daemon's error", async () => {
    const dockerfile = `FROM ${BUSYBOX_BASE}\nRUN echo so far; exit 4\n`;
    const built = await runBuild(
      connection,
      request(dockerfile, { namedContexts: new Map([["data", other]]) }),
    );
    expect(built.error).toContain("exit code: 4");
    expect(built.status).toContain("so far");
  });
});
