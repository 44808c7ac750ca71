import { describe, expect, test } from "vitest";
import type { HostState } from "../../../../client/hosts/host-states.ts";
import { inViewOrder, overviewOf } from "../../../../client/views/hosts/host-overview.ts";
import type { Host, HostSource } from "../../../../engine/connection/host.ts";
import type { KnownHost } from "../../../../engine/connection/list-hosts.ts";
import type { FailureCause } from "../../../../engine/failure.ts";

function known(name: string, listed: HostSource, source: HostSource = listed): KnownHost {
  const host: Host = { url: `ssh://${name}`, name, source };
  return { host, current: source !== listed, why: "", listed: { ...host, source: listed } };
}

const failed = (cause: FailureCause): HostState => ({ kind: "not-reached", failure: { cause, what: "no" } });
const local = known("local", "default");
const node = known("node", "ssh-config");

describe("of all hosts together is said", () => {
  test("that there is no daemon, where this machine is the only host and has none", () => {
    expect(overviewOf([local], () => failed("no-daemon"))).toBe("noDaemon");
    expect(overviewOf([local], () => failed("permission"))).toBe("noneReached");
    expect(overviewOf([node], () => failed("no-daemon"))).toBe("noneReached");
  });

  test("that none is reached once all were asked in vain", () => {
    expect(overviewOf([local, node], () => failed("no-daemon"))).toBe("noneReached");
    const asked = new Map<Host, HostState>([[local.host, failed("no-daemon")]]);
    expect(overviewOf([local, node], (host) => asked.get(host) ?? { kind: "not-asked" })).toBe("some");
  });

  test("nothing before anything is known", () => {
    expect(overviewOf([], () => ({ kind: "not-asked" }))).toBe("some");
    expect(overviewOf([local], () => ({ kind: "connecting" }))).toBe("some");
  });
});

test("a host keeps its place in the view when it becomes the current one", () => {
  const context = known("context", "docker-context");
  const named = known("named", "setting");
  const order = (hosts: readonly KnownHost[]) => inViewOrder(hosts).map(({ host }) => host.name);
  expect(order([named, local, context, node])).toEqual(["local", "named", "context", "node"]);
  expect(order([known("node", "ssh-config", "choice"), local, context])).toEqual([
    "local",
    "context",
    "node",
  ]);
});
