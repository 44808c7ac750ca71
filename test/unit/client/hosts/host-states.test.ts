import { describe, expect, test } from "vitest";
import { HostStates } from "../../../../client/hosts/host-states.ts";
import type { Connection } from "../../../../engine/connection/connection.ts";
import type { Host } from "../../../../engine/connection/host.ts";
import type { HostFacts } from "../../../../engine/connection/host-facts.ts";
import { EngineFailure } from "../../../../engine/failure.ts";

const node: Host = { url: "ssh://node", name: "node", source: "setting" };
const away = new EngineFailure({ cause: "ssh-unreachable", what: "cannot reach node", said: "timed out" });

/** Hosts whose answers a test gives one by one: what no ssh server can be told to do at one moment. */
function statesOf() {
  const tries: ((given: Connection | EngineFailure) => void)[] = [];
  const connection = {
    lost: new AbortController().signal,
    close: async () => {},
  } as unknown as Connection;
  const states = new HostStates({
    connect: () =>
      new Promise((resolve, reject) => {
        tries.push((given) => (given instanceof EngineFailure ? reject(given) : resolve(given)));
      }),
    facts: async () => ({}) as HostFacts,
    watch: () => {},
  });
  const answer = (given: Connection | EngineFailure) => tries.at(-1)?.(given);
  return { states, tries, connection, answer };
}

describe("a host that was tried in vain", () => {
  test("is tried again by who is about to work there, and by nobody else", async () => {
    const { states, tries, connection, answer } = statesOf();
    const first = states.ask(node);
    answer(away);
    expect((await first).kind).toBe("not-reached");
    expect((await states.ask(node)).kind).toBe("not-reached");
    expect(tries).toHaveLength(1);
    const chosen = states.askToWork(node);
    await expect.poll(() => tries.length).toBe(2);
    answer(connection);
    expect((await chosen).kind).toBe("reached");
    // Once it is reached there is nothing to try.
    await states.askToWork(node);
    expect(tries).toHaveLength(2);
  });
});

describe("a host that is disconnected from", () => {
  test("while it is asked again is not connected to", async () => {
    const { states, tries, answer } = statesOf();
    const first = states.ask(node);
    const again = states.askAgain(node);
    states.disconnect(node);
    answer(new EngineFailure({ cause: "cancelled", what: "connecting to node was cancelled" }));
    expect(await first).toEqual({ kind: "not-asked" });
    expect(await again).toEqual({ kind: "not-asked" });
    expect(tries).toHaveLength(1);
    expect(states.wasLeft(node)).toBe(true);
  });
});
