import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection, Connections } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { type SshBed, type SshHost, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket } from "../daemon.ts";
import { sshHost } from "./ssh-host.ts";

const noForwarding = ["AllowStreamLocalForwarding no", "AllowTcpForwarding no"];

describe.skipIf(!daemonSocket)("over ssh", () => {
  const dockerHost = `unix://${daemonSocket}`;
  let bed: SshBed;
  let node: SshHost;
  let connections: Connections;

  beforeAll(async () => {
    bed = await startSshBed();
    node = await bed.startHost("node", { dockerHost });
    await bed.startHost("noisy", {
      dockerHost,
      sshd: ["ForceCommand echo Welcome to the lab; echo motd >&2; $SSH_ORIGINAL_COMMAND"],
      ssh: ["LocalForward 1 localhost:1", "RemoteCommand top", "RequestTTY force", "ControlPersist yes"],
    });
    await bed.startHost("no-commands", { sshd: ["ForceCommand false"] });
    await bed.startHost("no-forwarding", { dockerHost, sshd: noForwarding });
    await bed.startHost("dial-only", {
      dockerHost,
      sshd: [...noForwarding, "ForceCommand docker system dial-stdio"],
    });
    await bed.startHost("noisy-no-forwarding", {
      dockerHost,
      sshd: [...noForwarding, 'ForceCommand echo Welcome; eval "$SSH_ORIGINAL_COMMAND"'],
    });
    await bed.startHost("one-session", { dockerHost, sshd: [...noForwarding, "MaxSessions 1"] });
    await bed.startHost("gate", { address: "127.0.0.2" });
    await bed.startHost("behind", { dockerHost, jump: "gate" });
  });
  afterAll(() => bed?.stop());
  beforeAll(() => {
    connections = createConnections({ sshConfigFile: bed.configFile, graceMs: 0 });
  });
  afterAll(() => connections?.close());

  describe.each([
    ["node", "ssh-tunnel"],
    ["noisy", "ssh-tunnel"],
    ["behind", "ssh-tunnel"],
    ["no-forwarding", "ssh-stdio-shared"],
    ["dial-only", "ssh-stdio-shared"],
    ["noisy-no-forwarding", "ssh-stdio-shared"],
    ["one-session", "ssh-stdio"],
  ])("%s (%s)", (name, transport) => {
    let connection: Connection;
    beforeAll(async () => {
      connection = await connections.connect(sshHost(name));
    });
    afterAll(() => connection?.close());

    test("leads to the daemon that the login's own docker command uses", async () => {
      expect(connection.transport).toBe(transport);
      const images = await connection.docker.listImages();
      expect(images.flatMap(({ RepoTags }) => RepoTags ?? [])).toContain(BUSYBOX_BASE);
    });

    test("takes 30 requests at a time with sshd's own limits", async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => connection.docker.listImages().then(() => "fine")),
      );
      expect(new Set(answers)).toEqual(new Set(["fine"]));
    });

    test("carries requests that become a stream in both directions", async () => {
      expect(await echoed(connection, "to the container and back\n")).toBe("to the container and back\n");
    });
  });

  test("a named socket is used, also where the login runs no commands", async () => {
    const url = `ssh://no-commands${daemonSocket}`;
    const connection = await connections.connect({ url, name: "named", source: "option" });
    expect(connection.transport).toBe("ssh-tunnel");
    expect((await connection.docker.listImages()).length).toBeGreaterThan(0);
    await connection.close();
  });

  describe("where the login names its daemon otherwise", () => {
    const servers: Server[] = [];
    afterAll(() => {
      for (const server of servers) server.close();
    });

    async function answers(name: string, sshd: string[]): Promise<string> {
      await bed.startHost(name, { sshd });
      const connection = await connections.connect(sshHost(name));
      expect(await connection.docker.listImages()).not.toEqual([]);
      await connection.close();
      return connection.transport;
    }

    test("by a docker context", async () => {
      const config = join(bed.folder, "docker-config");
      const id = createHash("sha256").update("lab").digest("hex");
      const meta = { Name: "lab", Metadata: {}, Endpoints: { docker: { Host: dockerHost } } };
      mkdirSync(join(config, "contexts", "meta", id), { recursive: true });
      writeFileSync(join(config, "contexts", "meta", id, "meta.json"), JSON.stringify(meta));
      writeFileSync(join(config, "config.json"), JSON.stringify({ auths: {}, currentContext: "lab" }));
      expect(await answers("by-context", [`SetEnv DOCKER_CONFIG=${config}`])).toBe("ssh-tunnel");
    });

    test("by a port of its own", async () => {
      const server = createServer((client) => {
        const daemon = connect(daemonSocket ?? "");
        client.pipe(daemon).pipe(client);
        client.on("error", () => daemon.destroy());
        daemon.on("error", () => client.destroy());
      }).listen(0, "127.0.0.1");
      servers.push(server);
      await new Promise((listening) => server.once("listening", listening));
      const { port } = server.address() as AddressInfo;
      expect(await answers("by-port", [`SetEnv DOCKER_HOST=tcp://127.0.0.1:${port}`])).toBe("ssh-tunnel");
    });

    test.skipIf(existsSync("/var/run/docker.sock"))("by a rootless daemon's folder", async () => {
      const runtime = join(bed.folder, "runtime");
      mkdirSync(runtime);
      symlinkSync(daemonSocket ?? "", join(runtime, "docker.sock"));
      expect(await answers("rootless", [`SetEnv XDG_RUNTIME_DIR=${runtime}`])).toBe("ssh-tunnel");
    });
  });

  test("a script runs on the host", async () => {
    const connection = await connections.connect(sshHost("noisy"));
    expect(await connection.run?.('echo "$((6 * 7))"; exit 3')).toEqual({ code: 3, stdout: "42\n" });
    await connection.close();
  });

  test("a script that goes on is given up with its signal", async () => {
    const connection = await connections.connect(sshHost("node"));
    await expect(connection.run?.("exec sleep 30", AbortSignal.timeout(300))).rejects.toThrow();
    expect(await connection.run?.("echo fine")).toEqual({ code: 0, stdout: "fine\n" });
    await connection.close();
  });

  test("all users of a host share one ssh, which ends with the last of them", async () => {
    // Those of the tests before, whose sshd may still be on its way out.
    await expect.poll(() => node.connections()).toEqual([]);
    const [first, second] = await Promise.all([
      connections.connect(sshHost("node")),
      connections.connect(sshHost("node")),
    ]);
    expect(first.docker).toBe(second.docker);
    expect(node.connections()).toHaveLength(1);
    await first.close();
    await first.close();
    expect(node.connections()).toHaveLength(1);
    await second.docker.listImages();
    await second.close();
    await expect.poll(() => node.connections()).toEqual([]);
  });

  test("it is kept for the next user within the grace time", async () => {
    const keeping = createConnections({ sshConfigFile: bed.configFile });
    const first = await keeping.connect(sshHost("node"));
    await first.close();
    const second = await keeping.connect(sshHost("node"));
    expect(second.docker).toBe(first.docker);
    expect(node.connections()).toHaveLength(1);
    await keeping.close();
    await expect.poll(() => node.connections()).toEqual([]);
  });

  test("one that is let go of ends with its last user, who need not wait for the grace time", async () => {
    const keeping = createConnections({ sshConfigFile: bed.configFile, graceMs: 600_000 });
    const first = await keeping.connect(sshHost("node"));
    keeping.letGo(sshHost("node"));
    expect((await first.docker.ping()).toString()).toBe("OK");
    await first.close();
    await expect.poll(() => node.connections()).toEqual([]);
    await (await keeping.connect(sshHost("node"))).close();
    expect(node.connections()).toHaveLength(1);
    keeping.letGo(sshHost("node"));
    await expect.poll(() => node.connections()).toEqual([]);
    await keeping.close();
  });

  test("only this user may enter the tunnel", async () => {
    const connection = await connections.connect(sshHost("node"));
    const { socketPath } = connection.docker.modem as unknown as { socketPath: string };
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socketPath)).mode & 0o777).toBe(0o700);
    await connection.close();
  });
});

/** What a container sends back that repeats its input. */
async function echoed({ docker }: Connection, text: string): Promise<string> {
  const container = await docker.createContainer({
    Image: BUSYBOX_BASE,
    Cmd: ["cat"],
    OpenStdin: true,
    StdinOnce: true,
    NetworkDisabled: true,
  });
  try {
    const stream: Duplex = (await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      hijack: true,
    })) as unknown as Duplex;
    await container.start();
    stream.end(text);
    const frames: Buffer[] = [];
    for await (const frame of stream) frames.push(frame);
    // One frame of eight bytes and the text.
    return Buffer.concat(frames).subarray(8).toString();
  } finally {
    await container.remove({ force: true });
  }
}
