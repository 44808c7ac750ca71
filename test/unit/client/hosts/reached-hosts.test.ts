import { expect, test } from "vitest";
import { ReachedHosts } from "../../../../client/hosts/reached-hosts.ts";
import type { Host } from "../../../../engine/connection/host.ts";

const node: Host = { url: "ssh://node", name: "node", source: "choice" };
const other: Host = { url: "ssh://other", name: "other", source: "choice" };

/** A way to a host, which can be lost. */
function way() {
  const loss = new AbortController();
  return { lost: loss.signal, lose: () => loss.abort() };
}

test("a host is reached until its connection is lost, and then anew", () => {
  const reached = new ReachedHosts();
  expect(reached.has(node)).toBe(false);
  const first = way();
  expect(reached.setOut(node)(first)).toBe(true);
  expect(reached.setOut(node)(first)).toBe(false);
  expect(reached.has(node)).toBe(true);
  first.lose();
  expect(reached.has(node)).toBe(false);
  expect(reached.setOut(node)(way())).toBe(true);
});

test("a connection that ended with its last user is followed by one whose loss counts as well", () => {
  const reached = new ReachedHosts();
  const [ended, next] = [way(), way()];
  reached.setOut(node)(ended);
  expect(reached.setOut(node)(next)).toBe(false);
  next.lose();
  expect(reached.has(node)).toBe(false);
});

test("who leaves a host means the way that somebody else is on; who leaves another host does not", () => {
  const reached = new ReachedHosts();
  const arrive = reached.setOut(node);
  reached.leave(other);
  expect(arrive(way())).toBe(true);
  const later = reached.setOut(node);
  reached.leave(node);
  expect(later(way())).toBe(false);
  expect(reached.has(node)).toBe(false);
});
