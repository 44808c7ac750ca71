import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connections } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { diagnose } from "../../../engine/connection/doctor/diagnose.ts";
import type { DoctorStep } from "../../../engine/connection/doctor/doctor-step.ts";
import type { Host } from "../../../engine/connection/host.ts";
import { type SshBed, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket } from "../daemon.ts";
import { failureOf, sshHost } from "./ssh-host.ts";

describe.skipIf(!daemonSocket)("doctor", () => {
  const dockerHost = `unix://${daemonSocket}`;
  let bed: SshBed;
  let connections: Connections;

  beforeAll(async () => {
    bed = await startSshBed();
    await bed.startHost("node", { dockerHost });
    await bed.startHost("gate", { address: "127.0.0.2" });
    await bed.startHost("behind", { dockerHost, jump: "gate" });
    await bed.startHost("no-forwarding", { dockerHost, sshd: ["AllowStreamLocalForwarding no"] });
    await bed.startHost("elsewhere", { ssh: ["HostName no-such-host.invalid"] });
    const stopped = await bed.startHost("stopped");
    await stopped.stop();
    await bed.startHost("behind-stopped", { dockerHost, jump: "stopped" });
    await bed.startHost("unknown-key", { known: false });
    await bed.startHost("other-user", { identity: join(bed.folder, "no-such-key") });
    await bed.startHost("no-docker", { dockerHost: "unix:///nowhere/docker.sock" });
    await bed.startHost("not-allowed", {
      dockerHost,
      sshd: ['ForceCommand setpriv --reuid=65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"'],
    });
    connections = createConnections({ sshConfigFile: bed.configFile });
  });
  afterAll(async () => {
    await connections?.close();
    await bed?.stop();
  });

  async function steps(host: Host): Promise<DoctorStep[]> {
    const ssh = { command: "ssh", configFile: bed.configFile };
    const found: DoctorStep[] = [];
    for await (const each of diagnose(connections, host, { ssh })) found.push(each);
    return found;
  }
  const states = (found: readonly DoctorStep[]) =>
    // How much is free is the machine's affair.
    found.map(({ name, state }) => `${name} ${name === "disk" && state !== "skipped" ? "told" : state}`);
  const daemon = ["permission ok", "api ok", "buildkit ok", "disk told", "gpus ok", "clock ok"];

  test("of this machine's daemon", async () => {
    const found = await steps({ url: dockerHost, name: "local", source: "option" });
    expect(states(found)).toEqual(["docker ok", ...daemon]);
    const what = Object.fromEntries(found.map((each) => [each.name, each.what]));
    expect(what.docker).toMatch(/^Docker \d+\.\d+\.\d+.* on .*, by its socket$/);
    expect(what.api).toMatch(/^1\.\d+$/);
    expect(what.disk).toMatch(/^\d+\.\d GiB free at \/.*data$/);
  });

  test("of a host over ssh, directly and through another one", async () => {
    const found = await steps(sshHost("node"));
    expect(states(found)).toEqual([
      ...["name ok", "port ok", "host-key ok", "login ok", "docker ok"],
      ...daemon,
    ]);
    expect(found[4]?.what).toMatch(/by one ssh tunnel$/);
    const behind = await steps(sshHost("behind"));
    expect(states(behind)).toEqual(["name skipped", ...states(found).slice(1)]);
    expect(behind[1]?.what).toBe("reached through gate");
  });

  test("of a host without forwarding warns", async () => {
    const found = await steps(sshHost("no-forwarding"));
    expect(states(found).slice(4, 6)).toEqual(["docker warn", "permission ok"]);
    expect(found[4]).toMatchObject({
      what: expect.stringMatching(/dial-stdio over one ssh connection: slower than a tunnel$/),
      next: "Have AllowStreamLocalForwarding set in its sshd_config",
    });
  });

  test.each([
    ["elsewhere", "name", "ssh-unreachable"],
    ["stopped", "port", "ssh-unreachable"],
    ["behind-stopped", "port", "ssh-unreachable"],
    ["unknown-key", "host-key", "ssh-host-key"],
    ["other-user", "login", "ssh-auth"],
    ["no-docker", "docker", "no-daemon"],
    ["not-allowed", "permission", "permission"],
  ])("of %s fails at the step %s, and goes no further", async (name, at, cause) => {
    const found = await steps(sshHost(name));
    const failed = found.findIndex(({ state }) => state === "fail");
    expect(found[failed]).toMatchObject({ name: at, cause });
    expect(found[failed]?.next).toBeTruthy();
    const after = found.slice(failed + 1).map(({ state }) => state);
    expect(new Set(after)).toEqual(new Set(["skipped"]));
    expect(found).toHaveLength(11);
  });

  test("of a port that nobody listens at", async () => {
    const found = await steps({ url: "tcp://127.0.0.1:1", name: "it", source: "option" });
    expect(states(found).slice(0, 2)).toEqual(["name ok", "port fail"]);
  });

  test("ends when it is cancelled", async () => {
    const cancelled = AbortSignal.abort();
    const ssh = { command: "ssh", configFile: bed.configFile };
    const attempt = diagnose(connections, sshHost("node"), { ssh, signal: cancelled }).next();
    expect((await failureOf(attempt)).cause).toBe("cancelled");
  });
});
