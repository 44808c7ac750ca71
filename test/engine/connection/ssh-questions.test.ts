import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connections, SshQuestion } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { type SshBed, type SshHost, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket } from "../daemon.ts";
import { failureOf, sshHost } from "./ssh-host.ts";

const passphrase = "correct horse battery staple";

describe.skipIf(!daemonSocket)("ssh's questions", () => {
  const dockerHost = `unix://${daemonSocket}`;
  let bed: SshBed;
  let unknown: SshHost;
  let gateFingerprint: string;
  let connections: Connections;

  beforeAll(async () => {
    bed = await startSshBed();
    const identity = await bed.makeKey(passphrase);
    unknown = await bed.startHost("unknown", { dockerHost, known: false });
    await bed.startHost("trusting", { dockerHost, known: false, ssh: ["StrictHostKeyChecking no"] });
    const gate = await bed.startHost("gate", { address: "127.0.0.2", known: false });
    gateFingerprint = gate.fingerprint;
    await bed.startHost("behind", { dockerHost, jump: "gate" });
    await bed.startHost("strict", { dockerHost, known: false, ssh: ["StrictHostKeyChecking yes"] });
    await bed.startHost("locked", { dockerHost, identity });
    const agent = await bed.startAgent([bed.key]);
    await bed.startHost("by-agent", {
      dockerHost,
      ssh: [`IdentityAgent ${agent.socket}`],
      identity: `${bed.key}.pub`,
    });
  });
  beforeAll(() => {
    connections = createConnections({ sshConfigFile: bed.configFile, graceMs: 0 });
  });
  afterAll(async () => {
    await connections?.close();
    await bed?.stop();
  });

  /** Answers in turn, and remembers what was asked. */
  function answering(...answers: (string | undefined)[]) {
    const asked: SshQuestion[] = [];
    const ask = async (question: SshQuestion) => {
      asked.push(question);
      return answers.shift();
    };
    return { ask, asked };
  }

  test("none is asked where the agent has the key", async () => {
    const { ask, asked } = answering();
    await (await connections.connect(sshHost("by-agent"), { ask })).close();
    expect(asked).toEqual([]);
  });

  test.each(["unknown", "trusting"])("the unknown key of %s is asked about, and declined", async (name) => {
    const { ask, asked } = answering(undefined);
    const details = await failureOf(connections.connect(sshHost(name), { ask }));
    expect(details.cause).toBe("ssh-host-key");
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ kind: "confirm", host: { name } });
    expect(asked[0]?.prompt).toContain("ED25519 key fingerprint is SHA256:");
    expect(readFileSync(bed.knownHosts, "utf8")).not.toContain(`:${unknown.port} `);
  });

  test("where the user's configuration is strict an unknown key is refused without a question", async () => {
    const { ask, asked } = answering("yes");
    expect((await failureOf(connections.connect(sshHost("strict"), { ask }))).cause).toBe("ssh-host-key");
    expect(asked).toEqual([]);
  });

  test("an unknown key is accepted once, with its fingerprint shown", async () => {
    const { ask, asked } = answering("yes");
    await (await connections.connect(sshHost("unknown"), { ask })).close();
    expect(asked.map(({ prompt }) => prompt).join()).toContain(unknown.fingerprint);
    await (await connections.connect(sshHost("unknown"), { ask })).close();
    expect(asked).toHaveLength(1);
  });

  test("the key of a jump host is asked about too", async () => {
    const { ask, asked } = answering("yes");
    await (await connections.connect(sshHost("behind"), { ask })).close();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.prompt).toContain(gateFingerprint);
  });

  test("a passphrase is asked for until it is right", async () => {
    const { ask, asked } = answering("wrong", passphrase);
    const connection = await connections.connect(sshHost("locked"), { ask });
    expect(await connection.docker.listImages()).not.toEqual([]);
    expect(asked.map(({ kind }) => kind)).toEqual(["secret", "secret"]);
    expect(asked[0]?.prompt).toMatch(/^Enter passphrase for key '.*key_1':$/);
    expect(processesThatShow(passphrase)).toEqual([]);
    await connection.close();
  });

  test("they are asked too where /tmp lets no program start", async (context) => {
    const barren = join(bed.folder, "noexec");
    mkdirSync(barren);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "noexec", "tmpfs", barren]).status !== 0)
      context.skip("nothing can be mounted here");
    const { TMPDIR } = process.env;
    process.env.TMPDIR = barren;
    try {
      const { ask, asked } = answering(passphrase);
      await (await connections.connect(sshHost("locked"), { ask })).close();
      expect(asked).toHaveLength(1);
      expect(readdirSync(barren)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      spawnSync("umount", [barren]);
    }
  });

  test("a question that is declined ends the attempt, without another one", async () => {
    const { ask, asked } = answering(undefined, passphrase);
    const details = await failureOf(connections.connect(sshHost("locked"), { ask }));
    expect(details.cause).toBe("ssh-auth");
    expect(details.said).toContain("no answer was given to: Enter passphrase for key");
    expect(asked).toHaveLength(1);
  });

  test("where nobody can answer none is asked", async () => {
    expect((await failureOf(connections.connect(sshHost("locked")))).cause).toBe("ssh-auth");
  });

  test("somebody who can answer does not fail with an attempt of somebody who can not", async () => {
    const { ask } = answering(passphrase);
    const [without, withAnswer] = await Promise.allSettled([
      connections.connect(sshHost("locked")),
      connections.connect(sshHost("locked"), { ask }),
    ]);
    expect(without.status).toBe("rejected");
    expect(withAnswer.status).toBe("fulfilled");
    if (withAnswer.status === "fulfilled") await withAnswer.value.close();
  });

  test("an attempt can be cancelled while ssh waits for an answer", async () => {
    const user = new AbortController();
    let asking: AbortSignal | undefined;
    const attempt = connections.connect(sshHost("locked"), {
      signal: user.signal,
      ask: (_, signal) => {
        asking = signal;
        user.abort();
        return new Promise(() => {});
      },
    });
    expect((await failureOf(attempt)).cause).toBe("cancelled");
    expect(asking?.aborted).toBe(true);
  });
});

/** The command lines and environments of all processes but this one that hold a text. */
function processesThatShow(text: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])
    .filter((file) => {
      try {
        return readFileSync(file, "utf8").includes(text);
      } catch {
        return false;
      }
    });
}
