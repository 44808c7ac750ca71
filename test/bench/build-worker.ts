// Builds on request in a process that goes on, as the extension's does: a message with a socket and a context in, the
// seconds that it took out.
import Docker from "dockerode";
import { build } from "../../engine/build/build.ts";
import type { Connection } from "../../engine/connection/connection.ts";

interface Wanted {
  readonly socket: string;
  readonly context: string;
}

process.on("message", (wanted: Wanted) => {
  void timed(wanted).then((seconds) => process.send?.(seconds));
});

async function timed({ socket, context }: Wanted): Promise<number> {
  const connection: Connection = {
    host: { url: `unix://${socket}`, name: "bench", source: "option" },
    transport: "socket",
    docker: new Docker({ socketPath: socket }),
    lost: new AbortController().signal,
    close: async () => {},
  };
  const request = { context, dockerfile: `${context}/Dockerfile`, tags: ["bench:running"] };
  const start = performance.now();
  for await (const event of build(connection, request, { credentials: { get: async () => undefined } }))
    if (event.kind === "finished" && !event.outcome.ok) throw new Error(event.outcome.what);
  return (performance.now() - start) / 1000;
}
