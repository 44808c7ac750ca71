// Builds or pushes on request in a process that goes on, as the extension's does: a message with a host and a context or
// a reference in, the seconds that it took out. Its connection is kept from one to the next.
import { build } from "../../engine/build/build.ts";
import type { Connection } from "../../engine/connection/connection.ts";
import { createConnections } from "../../engine/connection/create-connections.ts";
import type { Host } from "../../engine/connection/host.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { push } from "../../engine/registry/push.ts";

interface Wanted {
  readonly url: string;
  /** What is built. */
  readonly context?: string;
  /** What is pushed. */
  readonly reference?: string;
}

const connections = createConnections();
const hosts = new Set<string>();

process.on("message", (wanted: Wanted) => {
  void timed(wanted).then((seconds) => process.send?.(seconds));
});

async function timed(wanted: Wanted): Promise<number> {
  const host: Host = { url: wanted.url, name: "bench", source: "option" };
  // Not the first command on this host.
  if (!hosts.has(host.url)) await (await connections.connect(host)).close();
  hosts.add(host.url);
  const start = performance.now();
  const connection = await connections.connect(host);
  for await (const event of eventsOf(connection, wanted))
    if (event.kind === "finished" && !event.outcome.ok) throw new Error(event.outcome.what);
  await connection.close();
  return (performance.now() - start) / 1000;
}

function eventsOf(connection: Connection, { context, reference }: Wanted) {
  const credentials = new DockerCredentials();
  if (context === undefined) return push(connection, reference ?? "", { credentials });
  const request = { context, dockerfile: `${context}/Dockerfile`, tags: ["bench:running"] };
  return build(connection, request, { credentials });
}
