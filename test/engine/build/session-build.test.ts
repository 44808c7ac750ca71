import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { runBuild } from "./run-build.ts";

describe.skipIf(!daemonSocket)("a build through a session", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const docker = dockerClient(daemonSocket ?? "");
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-session-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const request = (dockerfile: string, tag: string) => {
    writeFileSync(join(folder, "Dockerfile"), dockerfile);
    return { context: folder, dockerfile: join(folder, "Dockerfile"), tags: [tag] };
  };

  test("copies what the context holds, and tags the image", async () => {
    writeFileSync(join(folder, "train.py"), "print('hello')\n");
    const { image, error } = await runBuild(
      connection,
      request(`FROM ${BUSYBOX_BASE}\nCOPY train.py /app/\n`, "lab/one:1"),
    );
    expect(error).toBeUndefined();
    expect((await docker.image("lab/one:1")).Id).toBe(image);
    expect((await docker.run("lab/one:1", ["cat", "/app/train.py"])).stdout).toBe("print('hello')\n");
  });

  test("a command that fails is the daemon's error", async () => {
    const { image, error, failure } = await runBuild(
      connection,
      request(`FROM ${BUSYBOX_BASE}\nRUN echo far away; exit 3\n`, "lab/two:1"),
    );
    expect(image).toBeUndefined();
    expect(error).toContain("exit code: 3");
    expect(failure).toBeUndefined();
  });
});
