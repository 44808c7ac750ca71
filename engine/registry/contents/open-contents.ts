import type { Connection } from "../../connection/connection.ts";
import type { Host } from "../../connection/host.ts";
import type { RegistryClientOptions } from "../distribution/registry-client.ts";
import { isOfHost, wayToRegistry } from "../way-to-registry.ts";
import { RegistryContents } from "./registry-contents.ts";

/**
 * Opens a registry as the daemon of a host has it: `localhost:5000` is one of that host's own, and is reached through the
 * ssh connection to it; any other is asked from here.
 *
 * @param connect called only where the registry is the host's own
 * @throws {EngineFailure} where that host cannot be reached, or nothing leads to its registry
 */
export async function openContents(
  options: Omit<RegistryClientOptions, "socketPath">,
  host: Host | undefined,
  connect: (host: Host) => Promise<Connection>,
): Promise<RegistryContents> {
  const { registry } = options;
  if (!host || !isOfHost(registry, host)) return new RegistryContents(options);
  return new RegistryContents({ ...options, socketPath: await wayToRegistry(registry, await connect(host)) });
}
