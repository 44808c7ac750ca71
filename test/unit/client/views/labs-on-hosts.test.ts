import { describe, expect, test } from "vitest";
import { type LabSource, LabsOnHosts } from "../../../../client/views/images/labs-on-hosts.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import type { Connection } from "../../../../engine/connection/connection.ts";
import type { Host } from "../../../../engine/connection/host.ts";
import { EngineFailure } from "../../../../engine/failure.ts";
import type { ImageState } from "../../../../engine/lab/image-states.ts";
import { memoryFiles } from "../../lab/memory-files.ts";
import { imageState } from "./image-states.ts";

const node: Host = { url: "ssh://node", name: "node", source: "setting" };
const files = memoryFiles({ "/lab/base/Dockerfile": "FROM ubuntu:22.04\n" });

/** A host that is none: it says what it is told to say, and notes what it was asked. */
class FakeHost {
  host = node;
  states: readonly ImageState[] = [imageState("base", { state: "not-built", image: undefined })];
  failure: EngineFailure | undefined;
  mayAsk = true;
  readonly asked: string[] = [];
  /** The names of those that a connection is held to. */
  connected: string[] = [];
  get open(): number {
    return this.connected.length;
  }

  lost = new AbortController();
  tellOfChange = () => {};

  readonly source: LabSource = {
    labs: async () => [new Lab("/lab", files)],
    host: async () => this.host,
    mayAsk: () => this.mayAsk,
    connect: async (host) => {
      this.asked.push("connect");
      if (this.failure) throw this.failure;
      this.connected.push(host.name);
      return this.#connection(host);
    },
    states: async () => {
      this.asked.push("states");
      if (this.failure) throw this.failure;
      return this.states;
    },
    watch: (_connection, _signal, changed) => {
      this.tellOfChange = changed;
    },
  };

  #connection(host: Host): Connection {
    const close = async () => {
      this.connected = this.connected.filter((name) => name !== host.name);
    };
    return { host, lost: this.lost.signal, close } as Partial<Connection> as Connection;
  }
}

function started(host: FakeHost) {
  const shown: (readonly [look: string | undefined, state: string | undefined])[] = [];
  const labs = new LabsOnHosts(host.source, () => shown.push([look(), state()]), 0);
  const look = () => labs.labs?.[0]?.look.kind;
  const state = () => labs.labs?.[0]?.states.get("base")?.state;
  return { labs, look, state, shown };
}

const refused = new EngineFailure({ cause: "no-daemon", what: "no daemon answers", next: "Start it" });

describe("labs on their hosts", () => {
  test("nobody is asked before somebody looks; then the graph comes first, the states behind it", async () => {
    const host = new FakeHost();
    const { labs, look, shown } = started(host);
    expect(labs.labs).toBeUndefined();
    expect(host.asked).toEqual([]);
    labs.isWatched = true;
    await expect.poll(look).toBe("seen");
    expect(labs.labs?.[0]?.graph.order).toEqual(["base"]);
    expect(shown).toEqual([
      ["looking", undefined],
      ["seen", "not-built"],
    ]);
  });

  test("what the host tells of is read anew, over the same connection", async () => {
    const host = new FakeHost();
    const { labs, state } = started(host);
    labs.isWatched = true;
    await expect.poll(state).toBe("not-built");
    host.states = [imageState("base")];
    host.tellOfChange();
    await expect.poll(state).toBe("current");
    expect(host.asked).toEqual(["connect", "states", "states"]);
  });

  test("while nobody looks nothing is asked and no connection held; what changed is read afterwards", async () => {
    const host = new FakeHost();
    const { labs, look, state } = started(host);
    labs.isWatched = true;
    await expect.poll(look).toBe("seen");
    labs.isWatched = false;
    await expect.poll(() => host.open).toBe(0);
    host.states = [imageState("base")];
    labs.readSoon();
    labs.isWatched = true;
    await expect.poll(state).toBe("current");
    expect(host.asked).toEqual(["connect", "states", "connect", "states"]);
    expect(host.open).toBe(1);
  });

  test("who asks while nobody looks is answered, and no connection is held for it", async () => {
    const host = new FakeHost();
    host.mayAsk = false;
    const { labs, look, state } = started(host);
    await labs.read({});
    expect([look(), state()]).toEqual(["seen", "not-built"]);
    expect(host.open).toBe(0);
    host.states = [imageState("base")];
    host.mayAsk = true;
    labs.isWatched = true;
    await expect.poll(state).toBe("current");
    expect(host.open).toBe(1);
  });

  test("a host that no lab is on any more is let go of, and its changes are not followed", async () => {
    const host = new FakeHost();
    const { labs, look } = started(host);
    labs.isWatched = true;
    await expect.poll(look).toBe("seen");
    host.host = { url: "ssh://other", name: "other", source: "choice" };
    labs.readSoon();
    await expect.poll(() => host.connected).toEqual(["other"]);
    expect(labs.labs?.[0]?.host?.name).toBe("other");
  });

  test("hidden before anything was read, it is read once somebody looks again", async () => {
    const { labs, look } = started(new FakeHost());
    labs.isWatched = true;
    labs.isWatched = false;
    labs.isWatched = true;
    await expect.poll(look).toBe("seen");
  });

  test("a host that nobody has connected to is asked only where the user asks", async () => {
    const host = new FakeHost();
    host.mayAsk = false;
    const { labs, look, state } = started(host);
    labs.isWatched = true;
    await expect.poll(look).toBe("unasked");
    expect(host.asked).toEqual([]);
    await labs.read({});
    expect(look()).toBe("seen");
    expect(state()).toBe("not-built");
    // Left again, nothing is known of it.
    labs.readSoon();
    await expect.poll(look).toBe("unasked");
    expect(state()).toBeUndefined();
    expect(host.open).toBe(0);
  });

  test("a change while the user waits begins anew, and is waited for", async () => {
    const host = new FakeHost();
    host.mayAsk = false;
    const { labs, look } = started(host);
    labs.isWatched = true;
    await expect.poll(look).toBe("unasked");
    const first = labs.read({});
    void labs.read();
    await first;
    expect(look()).toBe("seen");
  });

  test("a host that fails leaves the images, without states; the next look tries again", async () => {
    const host = new FakeHost();
    const { labs, look, state } = started(host);
    labs.isWatched = true;
    await expect.poll(look).toBe("seen");
    host.failure = refused;
    host.tellOfChange();
    await expect.poll(() => labs.labs?.[0]?.look).toEqual({ kind: "failed", failure: refused.details });
    expect(labs.labs?.[0]?.graph.order).toEqual(["base"]);
    expect(state()).toBeUndefined();
    expect(host.open).toBe(0);
    host.failure = undefined;
    await labs.read();
    expect(look()).toBe("seen");
  });

  test("a connection that is lost says so at once", async () => {
    const host = new FakeHost();
    const { labs, look } = started(host);
    labs.isWatched = true;
    await expect.poll(look).toBe("seen");
    const loss = new EngineFailure({ cause: "connection-lost", what: "the connection to node is gone" });
    host.lost.abort(loss);
    expect(labs.labs?.[0]?.look).toEqual({ kind: "failed", failure: loss.details });
    expect(host.open).toBe(0);
  });

  test("a host that the settings name wrongly is no reason to show nothing", async () => {
    const host = new FakeHost();
    const source = { ...host.source, host: () => Promise.reject(refused) };
    const labs = new LabsOnHosts(source, () => {}, 0);
    await labs.read();
    expect(labs.labs).toMatchObject([{ host: undefined, look: { kind: "failed" } }]);
  });
});
