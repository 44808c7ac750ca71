import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ContainerCommand, runInContainer } from "../../../engine/images/run-in-container.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";

describe.skipIf(!daemonSocket)("a command in a throw-away container", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const run = (command: readonly string[], more: Partial<ContainerCommand> = {}) =>
    runInContainer(connection, { image: BUSYBOX_BASE, command, ...more });
  const shell = (script: string, more: Partial<ContainerCommand> = {}) => run(["sh", "-c", script], more);

  async function leftOver(): Promise<string[]> {
    return (await connection.docker.listContainers({ all: true })).map(({ Id }) => Id);
  }

  test("its two streams and its exit code, and nothing of it stays", async () => {
    expect(await shell("echo out; echo err >&2; exit 3")).toEqual({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
      truncated: false,
    });
    await expect.poll(leftOver).toEqual([]);
  });

  test("arguments arrive as they are, in the place of the image's command", async () => {
    const { stdout } = await run(["printf", "%s|", "a b", "$HOME", "'\"", "é", ""]);
    expect(stdout).toBe("a b|$HOME|'\"|é||");
  });

  test("it sees no network but its own loopback", async () => {
    const { stdout } = await shell("ls /sys/class/net");
    expect(stdout).toBe("lo\n");
  });

  test("variables and the user", async () => {
    const { stdout } = await shell('echo "$GREETING $(id -u)"', { env: ["GREETING=hello"], user: "1000" });
    expect(stdout).toBe("hello 1000\n");
  });

  test("much output is whole, or cut where it was said", async () => {
    const much = await shell("yes 0123456789 | head -n 500000");
    expect(much.stdout).toHaveLength(500_000 * 11);
    const cut = await shell("yes | head -n 1000; echo more >&2", { maxOutput: 100 });
    expect(cut).toMatchObject({ stdout: "y\n".repeat(50), stderr: "more\n", truncated: true });
  });

  test("cancelling ends it within a second, and removes it", async () => {
    const cancel = new AbortController();
    const running = shell("sleep 600", { signal: cancel.signal });
    await expect.poll(async () => (await connection.docker.listContainers()).length).toBe(1);
    const start = performance.now();
    cancel.abort();
    await expect(running).rejects.toMatchObject({ details: { cause: "cancelled" } });
    expect(performance.now() - start).toBeLessThan(1_000);
    await expect.poll(leftOver).toEqual([]);
  });

  test("one that is refused its start keeps no connection", async () => {
    const files = () => readdirSync("/proc/self/fd").length;
    const refused = () => expect(run(["true"], { gpus: true })).rejects.toThrow();
    await refused();
    const before = files();
    for (let times = 0; times < 8; times++) await refused();
    await expect.poll(files).toBeLessThan(before + 8);
  });

  test("no such image, no such program", async () => {
    await expect(run(["true"], { image: "lab/none:v1" })).rejects.toMatchObject({
      details: { cause: "request", what: "cannot run true in lab/none:v1" },
    });
    await expect(run(["no-such-program"])).rejects.toMatchObject({
      details: { cause: "request", said: expect.stringContaining("no-such-program") },
    });
    await expect.poll(leftOver).toEqual([]);
  });
});
