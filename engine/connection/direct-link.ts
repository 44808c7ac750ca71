import { waitForAnswer, watchDaemon } from "./daemon-watch.ts";
import { dockerClient } from "./docker-client.ts";
import type { Host } from "./host.ts";
import type { Endpoint } from "./host-url.ts";
import type { Link } from "./link.ts";

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
  const closed = new AbortController();
  const lost = new AbortController();
  try {
    await waitForAnswer(client.docker, host, signal);
  } catch (error) {
    client.close();
    throw error;
  }
  watchDaemon(client.docker, host, closed.signal, (loss) => lost.abort(loss));
  return {
    transport: endpoint.kind,
    docker: client.docker,
    lost: lost.signal,
    close: async () => {
      closed.abort();
      client.close();
    },
  };
}
