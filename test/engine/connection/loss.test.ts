import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBuild } from "../../../engine/build/start-build.ts";
import { type Connection, lossOf } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { BUSYBOX_BASE, importBusyboxBase } from "../../bed/debian-base.mjs";
import { startDocker } from "../../bed/docker.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { type SshBed, type SshHost, startSshBed } from "../../bed/sshd.mjs";
import { noCredentials } from "../build/run-build.ts";
import { isRunning, until } from "../build/running-command.ts";
import { daemonSocket } from "../daemon.ts";
import { firstLine, lossWithin } from "./kept-process.ts";
import { sshHost } from "./ssh-host.ts";

const noForwarding = ["AllowStreamLocalForwarding no"];

describe.skipIf(!daemonSocket)("when something dies", () => {
  const dockerHost = `unix://${daemonSocket}`;
  let bed: SshBed;
  let node: SshHost;
  let temporary: string;

  beforeAll(async () => {
    bed = await startSshBed();
    temporary = join(bed.folder, "tmp");
    mkdirSync(temporary);
    node = await bed.startHost("node", { dockerHost });
    await bed.startHost("no-forwarding", { dockerHost, sshd: noForwarding });
    await bed.startHost("gate", { address: "127.0.0.2" });
    await bed.startHost("behind", { dockerHost, jump: "gate" });
    await bed.startHost("locked", { dockerHost, identity: await bed.makeKey("a passphrase") });
  });
  afterAll(() => bed?.stop());

  describe("no ssh and no file outlives a client that is killed with -9", () => {
    const started: ChildProcess[] = [];
    afterAll(() => {
      for (const child of started) child.kill("SIGKILL");
    });

    function startClient(name: string): ChildProcess {
      const script = join(import.meta.dirname, "kept-connection.ts");
      const args = [
        "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
        script,
        bed.configFile,
        `ssh://${name}`,
      ];
      const client = spawn(process.execPath, args, {
        env: { ...process.env, TMPDIR: temporary },
        stdio: ["ignore", "pipe", "inherit"],
      });
      started.push(client);
      return client;
    }

    test.each([
      ["node", "ssh-tunnel"],
      ["behind", "ssh-tunnel"],
      ["no-forwarding", "ssh-stdio-shared"],
      ["locked", "asked"],
    ])("%s: %s", async (name, said) => {
      const client = startClient(name);
      expect(await firstLine(client)).toBe(said);
      expect(clientProcesses(bed).length).toBeGreaterThan(0);
      client.kill("SIGKILL");
      await nothingLeft();
    });

    test("at any moment of connecting", async () => {
      // From before ssh starts to after the tunnel is there, on a machine that is not too slow.
      for (let moment = 200; moment <= 1_100; moment += 100) {
        const client = startClient("behind");
        await sleep(moment);
        client.kill("SIGKILL");
      }
      await nothingLeft();
    });
  });

  test("an attempt that is cancelled at any moment leaves nothing", async () => {
    process.env.TMPDIR = temporary;
    const mine = createConnections({ sshConfigFile: bed.configFile });
    try {
      for (let moment = 0; moment <= 600; moment += 50) {
        const signal = AbortSignal.timeout(moment);
        const connection = await mine.connect(sshHost("behind"), { signal }).catch(() => undefined);
        await connection?.close();
      }
      await mine.close();
      await nothingLeft();
    } finally {
      delete process.env.TMPDIR;
    }
  });

  /** Neither a process nor a file of any client. */
  async function nothingLeft(): Promise<void> {
    await expect.poll(() => clientProcesses(bed)).toEqual([]);
    await expect.poll(() => readdirSync(temporary)).toEqual([]);
  }

  describe("the loss is noticed, with its cause", () => {
    test("of the network or the host", async () => {
      const mine = createConnections({ sshConfigFile: bed.configFile });
      const connection = await mine.connect(sshHost("node"));
      node.drop();
      await lossWithin(connection);
      expect(lossOf(connection)?.details).toMatchObject({ cause: "connection-lost" });
      const next = await mine.connect(sshHost("node"));
      expect(await next.docker.listImages()).not.toEqual([]);
      await connection.close();
      expect(next.lost.aborted).toBe(false);
      await mine.close();
    });

    test.each([
      ["ssh", "ssh "],
      ["the shell that guards it", "/bin/sh "],
    ])("of %s, and nothing of it stays", async (_, program) => {
      process.env.TMPDIR = temporary;
      const mine = createConnections({ sshConfigFile: bed.configFile });
      try {
        const connection = await mine.connect(sshHost("node"));
        for (const { pid, command } of clientProcesses(bed))
          if (command.startsWith(program)) process.kill(pid, "SIGKILL");
        await lossWithin(connection);
        await mine.close();
        await nothingLeft();
      } finally {
        delete process.env.TMPDIR;
      }
    });

    test("of the daemon, locally and over ssh", async () => {
      const docker = await startDocker();
      await bed.startHost("mortal", { dockerHost: `unix://${docker.socket}` });
      const mine = createConnections({ sshConfigFile: bed.configFile });
      try {
        const lost = await Promise.all([
          mine.connect({ url: `unix://${docker.socket}`, name: "local", source: "option" }),
          mine.connect(sshHost("mortal")),
        ]);
        await docker.stop();
        await Promise.all(lost.map(lossWithin));
        expect(lost.map((each) => lossOf(each)?.details.what)).toEqual([
          `the Docker daemon at unix://${docker.socket} went away`,
          "the Docker daemon at ssh://mortal went away",
        ]);
      } finally {
        await mine.close();
        await docker.stop();
      }
    });
  });

  describe("a build ends with its cause", () => {
    /** A duration for each test, by which its command is known. */
    let seconds = 85_000 + (process.pid % 100) * 10;

    /** Builds until the command runs, then does what ends it; what iterating the build threw. */
    async function endedBy(connection: Connection, end: () => void): Promise<unknown> {
      const command = ["sleep", String(++seconds)] as const;
      const dockerfileText = `FROM ${BUSYBOX_BASE}\nRUN ${command.join(" ")}\n`;
      const request = {
        context: temporary,
        dockerfile: join(temporary, "Dockerfile"),
        dockerfileText,
        tags: [],
      };
      const build = await startBuild(connection, request, { credentials: noCredentials });
      const thrown = (async () => {
        for await (const _ of build);
      })().catch((error: unknown) => error);
      await until(() => isRunning(...command), 20_000);
      end();
      return thrown;
    }

    test("the network or the host", async () => {
      const mine = createConnections({ sshConfigFile: bed.configFile });
      const connection = await mine.connect(sshHost("node"));
      expect(await endedBy(connection, node.drop)).toMatchObject({
        details: { cause: "connection-lost", what: "the ssh connection to node is gone" },
      });
      await mine.close();
    });

    test("the daemon", async () => {
      const docker = await startDocker({ bridge: true });
      const mine = createConnections({ sshConfigFile: bed.configFile });
      try {
        await importBusyboxBase(dockerClient(docker.socket));
        await bed.startHost("killed", { dockerHost: `unix://${docker.socket}` });
        const connection = await mine.connect(sshHost("killed"));
        const pid = Number(readFileSync(join(docker.socket, "../pid"), "utf8"));
        expect(await endedBy(connection, () => process.kill(pid, "SIGKILL"))).toMatchObject({
          details: { cause: "connection-lost", what: "the Docker daemon at ssh://killed went away" },
        });
      } finally {
        await mine.close();
        await docker.stop();
      }
    });
  });

  test("a request under way ends with an error", async () => {
    const mine = createConnections({ sshConfigFile: bed.configFile });
    const connection = await mine.connect(sshHost("node"));
    const events = await connection.docker.getEvents();
    const end = readText(events).then(
      () => "ended",
      () => "failed",
    );
    node.drop();
    expect(await end).toMatch(/ended|failed/);
    await expect(connection.docker.listImages()).rejects.toThrow();
    await mine.close();
  });
});

/** What runs with the bed's user configuration or with a folder in its temporary one. */
function clientProcesses(bed: SshBed): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandLine(pid) }))
    .filter(({ command }) => /^(ssh|\/bin\/sh) /.test(command) && command.includes(bed.folder));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
