import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type HostState, HostStates } from "../../../client/hosts/host-states.ts";
import type { Connections } from "../../../engine/connection/connection.ts";
import { createConnections } from "../../../engine/connection/create-connections.ts";
import { readHostFacts } from "../../../engine/connection/host-facts.ts";
import { tagImage } from "../../../engine/images/tag-image.ts";
import { watchImages } from "../../../engine/images/watch-images.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { type SshBed, type SshHost, startSshBed } from "../../bed/sshd.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { sshHost } from "./ssh-host.ts";

describe.skipIf(!daemonSocket)("what is known of hosts", () => {
  const dockerHost = `unix://${daemonSocket}`;
  const node = sshHost("node");
  let bed: SshBed;
  let server: SshHost;
  let connections: Connections;
  let states: HostStates;
  /** How often facts were read. */
  let reads: number;
  let seen: string[];

  beforeAll(async () => {
    bed = await startSshBed();
    server = await bed.startHost("node", { dockerHost });
    await bed.startHost("locked", { dockerHost, identity: await bed.makeKey("a passphrase") });
  });
  afterAll(() => bed?.stop());

  beforeEach(() => {
    connections = createConnections({ sshConfigFile: bed.configFile, graceMs: 0 });
    reads = 0;
    seen = [];
    states = new HostStates(
      {
        connect: (host, options) => connections.connect(host, options),
        facts(connection, signal) {
          reads++;
          return readHostFacts(connection, signal);
        },
        watch: watchImages,
      },
      0,
    );
    states.onDidChange((url) => seen.push(`${url} ${stateOf(url).kind}`));
  });
  afterEach(async () => {
    states.close();
    await connections.close();
  });

  const stateOf = (url: string): HostState => states.stateOf({ ...node, url });
  const failureIn = (state: HostState) => ("failure" in state ? state.failure.cause : `is ${state.kind}`);

  test("nothing, before it is asked", () => {
    expect(states.stateOf(node)).toEqual({ kind: "not-asked" });
    expect(server.connections()).toEqual([]);
  });

  test("what a host is and has, asked once however many want to know", async () => {
    const [state, same] = await Promise.all([states.ask(node), states.ask(node)]);
    expect(state).toBe(same);
    expect(state).toMatchObject({
      kind: "reached",
      facts: {
        version: expect.stringMatching(/^\d+\.\d+/),
        system: expect.stringContaining("Linux"),
        transport: "ssh-tunnel",
        disk: { free: expect.any(Number), at: expect.stringMatching(/^\//) },
        gpus: [],
      },
    });
    expect(reads).toBe(1);
    expect(seen).toEqual(["ssh://node connecting", "ssh://node reached"]);
  });

  test("its loss, as soon as it is lost, and that it is back when it is asked again", async () => {
    await states.ask(node);
    server.drop();
    await expect.poll(() => failureIn(states.stateOf(node))).toBe("connection-lost");
    expect(failureIn(await states.ask(node))).toBe("connection-lost");
    expect((await states.askAgain(node)).kind).toBe("reached");
  });

  test("what changes at the daemon, while somebody looks", async () => {
    await states.ask(node);
    const daemon = socketConnection(daemonSocket ?? "");
    let tags = 0;
    // The stream of events begins a moment after the host is reached.
    const readsAfterChange = async () => {
      await tagImage(daemon, BUSYBOX_BASE, `lab/changed:v${++tags}`);
      return reads;
    };
    states.isWatched = true;
    await expect.poll(readsAfterChange).toBeGreaterThan(1);
    states.isWatched = false;
    // What was on its way when nobody looked any more.
    await expect.poll(() => seen.at(-1)).toBe("ssh://node reached");
    const before = reads;
    expect(await readsAfterChange()).toBe(before);
    for (let tag = 1; tag <= tags; tag++)
      await daemon.docker
        .getImage(`lab/changed:v${tag}`)
        .remove()
        .catch(() => {});
  });

  test("why it is not reached, which is not tried again by itself", async () => {
    const nowhere = sshHost("no-such-host.invalid");
    expect(failureIn(await states.ask(nowhere))).toBe("ssh-unreachable");
    const before = seen.length;
    expect(failureIn(await states.ask(nowhere))).toBe("ssh-unreachable");
    expect(seen).toHaveLength(before);
  });

  test("that it wants an answer, and more once somebody can give it", async () => {
    const locked = sshHost("locked");
    expect(await states.ask(locked)).toMatchObject({ kind: "wants-answer", failure: { cause: "ssh-auth" } });
    expect((await states.ask(locked, { ask: async () => undefined })).kind).toBe("not-reached");
    expect((await states.askAgain(locked, { ask: async () => "a passphrase" })).kind).toBe("reached");
  });

  test("nothing any more, once it is disconnected from", async () => {
    await states.ask(node);
    states.disconnect(node);
    expect(states.stateOf(node)).toEqual({ kind: "not-asked" });
    expect(states.wasLeft(node)).toBe(true);
    await expect.poll(() => server.connections()).toEqual([]);
    const asked = states.ask(node);
    states.disconnect(node);
    expect(await asked).toEqual({ kind: "not-asked" });
  });
});
