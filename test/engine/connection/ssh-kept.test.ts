import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lossOf } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { type SshBed, type SshHost, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket } from "../daemon.ts";
import { firstLine, lossWithin } from "./kept-process.ts";
import { sshHost } from "./ssh-host.ts";

/** Longer than a test, so that what ends earlier ends for another reason. */
const long = 300;

describe.skipIf(!daemonSocket)("an ssh connection that is kept for this user's next program", () => {
  let bed: SshBed;
  let node: SshHost;
  let temporary: string;
  const clients: ChildProcess[] = [];

  beforeAll(async () => {
    bed = await startSshBed();
    node = await bed.startHost("node", { dockerHost: `unix://${daemonSocket}` });
  });
  afterAll(() => bed?.stop());
  beforeEach(() => {
    temporary = mkdtempSync(join(bed.folder, "tmp-"));
    process.env.TMPDIR = temporary;
    process.env.XDG_RUNTIME_DIR = temporary;
  });
  afterEach(async () => {
    delete process.env.TMPDIR;
    delete process.env.XDG_RUNTIME_DIR;
    for (const client of clients.splice(0)) client.kill("SIGKILL");
    node.drop();
    await nothingLeft();
  });

  const program = (keepSeconds: number) =>
    createConnections({ sshConfigFile: bed.configFile, graceMs: 0, keepSeconds });

  /** A program that connects, says so and stays. */
  async function startClient(keepSeconds: number): Promise<ChildProcess> {
    const script = join(import.meta.dirname, "kept-connection.ts");
    const args = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", script, bed.configFile, "ssh://node"];
    const client = spawn(process.execPath, [...args, String(keepSeconds)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    clients.push(client);
    expect(await firstLine(client)).toBe("ssh-tunnel");
    return client;
  }

  /** Neither a connection nor a file of one. */
  async function nothingLeft(): Promise<void> {
    await expect.poll(() => node.connections()).toEqual([]);
    await expect
      .poll(() =>
        readdirSync(temporary, { recursive: true, withFileTypes: true }).filter(
          (each) => !each.isDirectory(),
        ),
      )
      .toEqual([]);
  }

  /** Connects, asks the daemon something and ends. */
  async function command(keepSeconds: number): Promise<void> {
    const connections = program(keepSeconds);
    const connection = await connections.connect(sshHost("node"));
    expect(await connection.docker.listImages()).not.toEqual([]);
    await connections.close();
  }

  test("is there for it without another login, with commands on the host too", async () => {
    await command(long);
    const before = node.connections();
    expect(before).toHaveLength(1);
    const connections = program(long);
    const connection = await connections.connect(sshHost("node"));
    expect(node.connections()).toEqual(before);
    expect(await connection.run?.("echo there")).toEqual({ code: 0, stdout: "there\n" });
    await connections.close();
    expect(node.connections()).toEqual(before);
  });

  test("ends by itself when nobody has come", async () => {
    await command(1);
    expect(node.connections()).toHaveLength(1);
    await nothingLeft();
  });

  test("goes on while a program uses it, and is kept anew after that", async () => {
    await command(1);
    const connections = program(1);
    const connection = await connections.connect(sshHost("node"));
    const [first] = node.connections();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await connection.docker.listImages()).not.toEqual([]);
    await connections.close();
    expect(node.connections()).toEqual([first]);
    await nothingLeft();
  });

  test("is shared by programs that run at the same time; one that is killed takes nobody's along", async () => {
    const first = await startClient(long);
    await startClient(long);
    expect(node.connections()).toHaveLength(1);
    const connections = program(long);
    const connection = await connections.connect(sshHost("node"));
    first.kill("SIGKILL");
    await new Promise((resolve) => first.once("exit", resolve));
    expect(await connection.docker.listImages()).not.toEqual([]);
    expect(node.connections()).toHaveLength(1);
    await connections.close();
  });

  test("nothing outlives its only user when that is killed with -9", async () => {
    const client = await startClient(long);
    client.kill("SIGKILL");
    await nothingLeft();
  });

  test("nor the last of several", async () => {
    const [first, second] = [await startClient(long), await startClient(long)];
    first?.kill("SIGKILL");
    second?.kill("SIGKILL");
    await nothingLeft();
  });

  test("is not kept where nobody asks for it, nor for another configuration of ssh", async () => {
    await command(0);
    await nothingLeft();
    await command(long);
    const { PATH = "" } = process.env;
    process.env.PATH = `${PATH}:/nowhere`;
    try {
      await command(0);
      const connections = program(long);
      await connections.connect(sshHost("node"));
      expect(node.connections()).toHaveLength(2);
      await connections.close();
    } finally {
      process.env.PATH = PATH;
    }
  });

  test("its loss is named, by whoever joined it too", async () => {
    await startClient(long);
    const connections = program(long);
    const connection = await connections.connect(sshHost("node"));
    node.drop();
    await lossWithin(connection);
    expect(lossOf(connection)?.details).toMatchObject({
      cause: "connection-lost",
      what: "the ssh connection to node is gone",
    });
    await connections.close();
    await command(0);
  });

  test("is left only where nobody else can write", async () => {
    const folder = join(temporary, `lab-images-${process.getuid?.()}`);
    await command(1);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await nothingLeft();
    chmodSync(folder, 0o777);
    await command(long);
    await nothingLeft();
  });
});
