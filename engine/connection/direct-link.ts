import { waitForAnswer } from "./ask-daemon.ts";
import { dockerClient } from "./docker-client.ts";
import type { Host } from "./host.ts";
import type { Endpoint } from "./host-url.ts";
import { type Link, watchedLink } from "./link.ts";

const plainPort = 2375;
const tlsPort = 2376;

/**
 * A daemon at a socket of this machine or at a port.
 *
 * @throws {EngineFailure} where it does not answer
 */
export async function openDirectLink(
  host: Host,
  endpoint: Exclude<Endpoint, { kind: "ssh" }>,
  signal: AbortSignal,
): Promise<Link> {
  const { tls } = host;
  const client = dockerClient(
    endpoint.kind === "socket"
      ? { socketPath: endpoint.path }
      : { hostname: endpoint.hostname, port: endpoint.port ?? (tls ? tlsPort : plainPort), tls },
  );
  try {
    await waitForAnswer(client.docker, host, signal);
  } catch (error) {
    client.close();
    throw error;
  }
  return watchedLink(host, endpoint.kind, client);
}
