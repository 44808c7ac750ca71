// Builds on request in a process that goes on, as the extension's does: a message with a host and a context in, the
// seconds that it took out. Its connection is kept from one to the next.
import { build } from "../../engine/build/build.ts";
import { createConnections } from "../../engine/connection/create-connections.ts";
import type { Host } from "../../engine/connection/host.ts";

interface Wanted {
  readonly url: string;
  readonly context: string;
}

const connections = createConnections();
const hosts = new Set<string>();

process.on("message", (wanted: Wanted) => {
  void timed(wanted).then((seconds) => process.send?.(seconds));
});

async function timed({ url, context }: Wanted): Promise<number> {
  const host: Host = { url, name: "bench", source: "option" };
  // Not the first command on this host.
  if (!hosts.has(url)) await (await connections.connect(host)).close();
  hosts.add(url);
  const request = { context, dockerfile: `${context}/Dockerfile`, tags: ["bench:running"] };
  const start = performance.now();
  const connection = await connections.connect(host);
  for await (const event of build(connection, request, { credentials: { get: async () => undefined } }))
    if (event.kind === "finished" && !event.outcome.ok) throw new Error(event.outcome.what);
  await connection.close();
  return (performance.now() - start) / 1000;
}
