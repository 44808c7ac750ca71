import type { Connection } from "../../connection/connection.ts";
import type { Host } from "../../connection/host.ts";
import { EngineFailure } from "../../failure.ts";
import type { RegistryClientOptions } from "../distribution/registry-client.ts";
import { isLoopback } from "../registry-host.ts";
import { RegistryContents } from "./registry-contents.ts";

/**
 * Opens a registry as the daemon of a host has it: `localhost:5000` is one of that host's own, and is reached through the
 * ssh connection to it; any other is asked from here.
 *
 * @param connect called only where the registry is the host's own
 * @throws {EngineFailure} `ssh-forwarding` where the connection leads to no port of the host: what answers at that port here is
 * another registry
 */
export async function openContents(
  options: Omit<RegistryClientOptions, "socketPath">,
  host: Host | undefined,
  connect: (host: Host) => Promise<Connection>,
): Promise<RegistryContents> {
  const { registry } = options;
  const port = /:(\d+)$/.exec(registry)?.[1];
  if (!host?.url.startsWith("ssh://") || !isLoopback(registry) || port === undefined)
    return new RegistryContents(options);
  const connection = await connect(host);
  if (!connection.forward)
    throw new EngineFailure({
      cause: "ssh-forwarding",
      what: `${registry} is a registry of ${host.name} itself, and ssh on this machine shares no connection that would lead there`,
      next: `Ask it on ${host.name}, or give the registry a name that this machine reaches too`,
    });
  const socketPath = await connection.forward(Number(port));
  return new RegistryContents({ ...options, socketPath });
}
