import type { HostSource } from "../../../engine/connection/host.ts";
import type { KnownHost } from "../../../engine/connection/list-hosts.ts";
import type { HostState } from "../../hosts/host-states.ts";

/**
 * What is to be said of all hosts together: no other host than this machine is known, and it has no daemon; all were asked
 * in vain; else nothing.
 */
export type HostOverview = "noDaemon" | "noneReached" | "some";

export function overviewOf(
  hosts: readonly KnownHost[],
  stateOf: (host: KnownHost["host"]) => HostState,
): HostOverview {
  const states = hosts.map(({ host }) => stateOf(host));
  if (states.length === 0 || states.some(({ kind }) => kind !== "not-reached")) return "some";
  const [only] = states;
  const isOnlyThisMachine = hosts.length === 1 && hosts[0]?.listed.source === "default";
  return isOnlyThisMachine && only?.kind === "not-reached" && only.failure.cause === "no-daemon"
    ? "noDaemon"
    : "noneReached";
}

/** Where hosts are known from, in the order of the view; those not named here follow this machine. */
const ranks: Partial<Record<HostSource, number>> = {
  default: 0,
  manifest: 2,
  "hosts-setting": 3,
  "docker-context": 4,
  "ssh-config": 5,
};

/** The hosts in an order that stays when another one becomes the current one. */
export function inViewOrder(hosts: readonly KnownHost[]): readonly KnownHost[] {
  const rank = ({ listed }: KnownHost) => ranks[listed.source] ?? 1;
  return [...hosts].sort((a, b) => rank(a) - rank(b));
}
