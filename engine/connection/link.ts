import type Docker from "dockerode";
import type { RemoteOutput, Transport } from "./connection.ts";
import { watchDaemon } from "./daemon-watch.ts";
import type { DockerClient } from "./docker-client.ts";
import type { Host } from "./host.ts";

/** One way to a daemon, which all the users of its host share. */
export interface Link {
  readonly transport: Transport;
  readonly docker: Docker;
  /** As {@link Connection.lost}. */
  readonly lost: AbortSignal;
  readonly run?: (script: string, signal?: AbortSignal) => Promise<RemoteOutput>;
  /** Never throws. */
  close(): Promise<void>;
}

/** A link whose loss is noticed by the daemon's doing, or said by its maker with `lose`. */
export function watchedLink(
  host: Host,
  transport: Transport,
  client: DockerClient,
): Link & { lose(loss: Error): void } {
  const closed = new AbortController();
  const lost = new AbortController();
  const lose = (loss: Error) => {
    if (!closed.signal.aborted) lost.abort(loss);
  };
  watchDaemon(client.docker, host, closed.signal, lose);
  return {
    transport,
    docker: client.docker,
    lost: lost.signal,
    lose,
    close: async () => {
      closed.abort();
      client.close();
    },
  };
}
