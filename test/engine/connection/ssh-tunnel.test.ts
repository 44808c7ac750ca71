import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import type { Host } from "../../../engine/connection/host.ts";
import { type SshBed, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket } from "../daemon.ts";

describe.skipIf(!daemonSocket)("over ssh", () => {
  let bed: SshBed;

  beforeAll(async () => {
    bed = await startSshBed();
    await bed.startHost("node", { dockerHost: `unix://${daemonSocket}` });
  });
  afterAll(() => bed?.stop());

  const host = (name: string): Host => ({ url: `ssh://${name}`, name, source: "option" });

  test("a tunnel leads to the daemon that the login's own docker command uses", async () => {
    const connections = createConnections({ sshConfigFile: bed.configFile });
    const connection = await connections.connect(host("node"));
    const { ServerVersion } = await connection.docker.info();
    expect(ServerVersion).toMatch(/^\d+\./);
    expect(connection.transport).toBe("ssh-tunnel");
    await connections.close();
  });
});
