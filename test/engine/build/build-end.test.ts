import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBuild } from "../../../engine/build/start-build.ts";
import type { Connection } from "../../../engine/connection/connection.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { startSocketProxy } from "../../bed/socket-proxy.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { noCredentials } from "./run-build.ts";
import { isRunning, until } from "./running-command.ts";

/** The daemon's work is to be over so many milliseconds after a build's end. */
const second = 1_000;

describe.skipIf(!daemonSocket)("a build that is not let come to its end", () => {
  const socket = daemonSocket ?? "";
  let folder = "";
  /** A duration for each test, by which its command is known. */
  let seconds = 86_000 + (process.pid % 1_000) * 10;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-end-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const request = () => {
    const command = ["sleep", String(++seconds)] as const;
    const dockerfileText = `FROM ${BUSYBOX_BASE}\nRUN echo it runs; ${command.join(" ")}\n`;
    return {
      command,
      request: { context: folder, dockerfile: join(folder, "Dockerfile"), dockerfileText, tags: [] },
    };
  };

  /** Builds until the command runs, and then does what ends it; gives what iterating the build threw. */
  async function endedBy(
    connection: Connection,
    end: () => void,
    signal?: AbortSignal,
  ): Promise<{ thrown: unknown; took: number }> {
    const { command, request: wanted } = request();
    const surroundings = { credentials: noCredentials, ...(signal ? { signal } : {}) };
    const build = await startBuild(connection, wanted, surroundings);
    const reading = (async () => {
      for await (const _ of build);
    })().then(
      () => undefined,
      (error: unknown) => error,
    );
    await until(() => isRunning(...command), 20_000);
    end();
    const thrown = await reading;
    return { thrown, took: await until(() => !isRunning(...command), 20_000) };
  }

  test("is cancelled within a second", async () => {
    const cancel = new AbortController();
    const { thrown, took } = await endedBy(socketConnection(socket), () => cancel.abort(), cancel.signal);
    expect(thrown).toMatchObject({ details: { cause: "cancelled" } });
    expect(took).toBeLessThan(second);
  });

  test("is cancelled before it begins", async () => {
    const { request: wanted } = request();
    const surroundings = { credentials: noCredentials, signal: AbortSignal.abort() };
    await expect(startBuild(socketConnection(socket), wanted, surroundings)).rejects.toMatchObject({
      details: { cause: "cancelled" },
    });
  });

  test.each([
    ["the session's connection", /^POST \/session/],
    ["the build's connection", /^POST \/build/],
    ["every connection", /^/],
  ])("ends with connection-lost when %s is lost", async (_, which) => {
    const proxy = await startSocketProxy(socket);
    try {
      const { thrown, took } = await endedBy(socketConnection(proxy.socket), () => proxy.cut(which));
      expect(thrown).toMatchObject({ details: { cause: "connection-lost" } });
      expect(took).toBeLessThan(second);
    } finally {
      await proxy.stop();
    }
  });

  test("ends when whoever reads it stops", async () => {
    const { command, request: wanted } = request();
    const build = await startBuild(socketConnection(socket), wanted, { credentials: noCredentials });
    for await (const message of build)
      if (message.kind === "status" && /it runs\n/.test(Buffer.from(message.status).toString())) break;
    expect(await until(() => !isRunning(...command), 20_000)).toBeLessThan(second);
  });

  test("leaves nothing behind when its process is killed", async () => {
    const { command, request: wanted } = request();
    writeFileSync(join(folder, "Dockerfile"), wanted.dockerfileText);
    const builder = spawn(process.execPath, [
      "--no-warnings",
      resolve("test/engine/build/build-process.ts"),
      socket,
      folder,
    ]);
    await until(() => isRunning(...command), 20_000);
    builder.kill("SIGKILL");
    await once(builder, "exit");
    expect(await until(() => !isRunning(...command), 20_000)).toBeLessThan(second);
  });
});
