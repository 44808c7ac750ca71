import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connections } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { type SshBed, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket } from "../daemon.ts";
import { failureOf, sshHost } from "./ssh-host.ts";

const noForwarding = ["AllowStreamLocalForwarding no", "AllowTcpForwarding no"];
/** A socket at which nobody listens any more, as a daemon that was killed leaves it. */
async function leaveSocket(path: string): Promise<void> {
  const listen = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", listen]), "exit");
}

/** A login without any right, whoever logs in. */
const asNobody = 'ForceCommand setpriv --reuid=65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"';

describe.skipIf(!daemonSocket)("what keeps ssh from the daemon is named", () => {
  let bed: SshBed;
  let connections: Connections;
  let silent: Server;

  beforeAll(async () => {
    bed = await startSshBed();
    const dockerHost = `unix://${daemonSocket}`;
    await bed.startHost("unknown-key", { known: false });
    const changed = await bed.startHost("changed-key");
    await changed.changeKey();
    await bed.startHost("other-user", { identity: join(bed.folder, "no-such-key") });
    const stopped = await bed.startHost("stopped");
    await stopped.stop();
    await bed.startHost("gate");
    await bed.startHost("unknown-gate", { address: "127.0.0.2", known: false });
    await bed.startHost("behind-unknown", { jump: "unknown-gate" });
    await bed.startHost("closed-gate", { identity: join(bed.folder, "no-such-key") });
    await bed.startHost("behind-closed", { jump: "closed-gate" });
    await bed.startHost("behind-nothing", { jump: "gate", ssh: ["HostName 127.0.0.3", "Port 1"] });
    await bed.startHost("behind-stopped", { jump: "stopped" });
    await bed.startHost("elsewhere", { ssh: ["HostName no-such-host.invalid"] });
    await bed.startHost("no-docker", { dockerHost: "unix:///nowhere/docker.sock" });
    await bed.startHost("not-allowed", { dockerHost, sshd: [asNobody] });
    await bed.startHost("no-way", { dockerHost, sshd: noForwarding, path: "/nowhere" });
    const dead = join(bed.folder, "dead.sock");
    await leaveSocket(dead);
    await bed.startHost("dead-daemon", { dockerHost: `unix://${dead}` });
    await bed.startHost("no-shell", { dockerHost, sshd: ["ForceCommand /usr/sbin/nologin"] });
    await bed.startHost("no-session", { dockerHost, sshd: ["MaxSessions 0"] });
    silent = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await new Promise((listening) => silent.once("listening", listening));
    const { port } = silent.address() as { port: number };
    await bed.startHost("silent", { ssh: [`Port ${port}`, "ConnectTimeout 1"] });
    connections = createConnections({ sshConfigFile: bed.configFile, graceMs: 0 });
  });
  afterAll(async () => {
    await connections?.close();
    silent?.close();
    await bed?.stop();
  });

  test.each([
    ["elsewhere", "ssh-unreachable", "the name of elsewhere does not resolve"],
    ["stopped", "ssh-unreachable", "stopped refuses ssh connections"],
    ["silent", "ssh-unreachable", "what listens at the ssh port of silent says nothing"],
    ["behind-nothing", "ssh-unreachable", "behind-nothing cannot be reached through its jump host"],
    ["behind-stopped", "ssh-unreachable", "behind-stopped cannot be reached through its jump host"],
    ["unknown-key", "ssh-host-key", "the key of unknown-key is unknown and was not accepted"],
    ["changed-key", "ssh-host-key", "the key of changed-key is not the one that is known"],
    ["behind-unknown", "ssh-host-key", "the key of the jump host of behind-unknown is unknown"],
    ["behind-closed", "ssh-auth", "the jump host of behind-closed does not let this user in"],
    ["other-user", "ssh-auth", "other-user does not let this user in"],
    ["no-docker", "no-daemon", "there is no Docker daemon on no-docker: no socket at /nowhere/docker.sock"],
    ["not-allowed", "permission", "may not use the Docker daemon of not-allowed"],
    ["dead-daemon", "no-daemon", "no Docker daemon answers on dead-daemon"],
    ["no-shell", "ssh-forwarding", "the login on no-shell runs no commands, and no tunnel"],
    ["no-session", "ssh-forwarding", "the login on no-session runs no commands, and no tunnel"],
    ["no-way", "ssh-forwarding", "no tunnel leads to the Docker socket of no-way"],
  ])("%s", async (name, cause, what) => {
    const details = await failureOf(connections.connect(sshHost(name)));
    expect(details).toMatchObject({ cause, what: expect.stringContaining(what) });
    expect(details.next).toMatch(/^[A-Z].*[^.]$/);
  });

  test("what a login that runs no commands says", async () => {
    const { said } = await failureOf(connections.connect(sshHost("no-shell")));
    expect(said).toBe("This account is currently not available.");
  });

  test("a host key that changed keeps the user's answer from mattering", async () => {
    const details = await failureOf(connections.connect(sshHost("changed-key"), { ask: async () => "yes" }));
    expect(details.cause).toBe("ssh-host-key");
    expect(details.said).toMatch(
      /SHA256:.*Host key for .* has changed and you have requested strict checking/s,
    );
  });

  test("a mistake in the ssh configuration, with its line", async () => {
    const sshConfigFile = join(bed.folder, "broken_config");
    writeFileSync(sshConfigFile, "Host *\n  Prot 22\n");
    const broken = createConnections({ sshConfigFile });
    const details = await failureOf(broken.connect(sshHost("node")));
    expect(details).toMatchObject({ cause: "request", what: "ssh cannot read its configuration for node" });
    expect(details.said).toContain("broken_config: line 2: Bad configuration option: prot");
  });

  test("ssh that is not installed", async () => {
    const without = createConnections({ sshCommand: "no-such-ssh" });
    expect(await failureOf(without.connect(sshHost("node")))).toMatchObject({
      cause: "request",
      what: '"no-such-ssh" is not installed on this machine, and node is reached with it',
    });
  });

  test.each(["ssh://-oProxyCommand=touch", "ssh://-oProxyCommand=id@node", "ssh://a`id`"])(
    "%s is refused before any ssh starts",
    async (url) => {
      const never = createConnections({ sshCommand: "no-such-ssh" });
      const details = await failureOf(never.connect({ url, name: "it", source: "option" }));
      expect(details.cause).toBe("request");
      expect(details.what).toMatch(/name (begins with "-"|has a character)/);
    },
  );
});
