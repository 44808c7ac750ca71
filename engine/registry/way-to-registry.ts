import type { Connection } from "../connection/connection.ts";
import type { Host } from "../connection/host.ts";
import { parseHostUrl } from "../connection/host-url.ts";
import { EngineFailure } from "../failure.ts";
import { isLoopback } from "./registry-host.ts";

/** Where a registry on a host's loopback is asked whose name has no port: it is asked over HTTP. */
const httpPort = 80;

/** Whether the daemon of a host means a registry of its own machine, and not of this one: `localhost:5000` over ssh. */
export function isOfHost(registry: string, host: Host): boolean {
  if (!isLoopback(registry)) return false;
  const endpoint = parseHostUrl(host.url, host.name);
  return endpoint.kind === "ssh" || (endpoint.kind === "tcp" && !isHere(endpoint.hostname));
}

/**
 * The socket on this machine that leads to the registry that a host's daemon means; undefined where it is asked from here by
 * its name.
 *
 * @throws {EngineFailure} where it is one of the host's own, and nothing leads there
 */
export async function wayToRegistry(registry: string, connection: Connection): Promise<string | undefined> {
  const { host, forward } = connection;
  if (!isOfHost(registry, host)) return undefined;
  if (forward) return forward(Number(/:(\d+)$/.exec(registry)?.[1] ?? httpPort));
  throw new EngineFailure({
    cause: "request",
    what: `${registry} is a registry of ${host.name} itself, and nothing leads there from this machine`,
    next: `Ask on ${host.name} itself, or use a registry that both machines reach by one name`,
  });
}

function isHere(hostname: string): boolean {
  return isLoopback(hostname.includes(":") ? `[${hostname}]` : hostname);
}
