import type Docker from "dockerode";
import type { EngineFailure } from "../failure.ts";
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
  /** As that of a connection. */
  readonly forward?: (port: number) => Promise<string>;
  /** Never throws. */
  close(): Promise<void>;
}

/**
 * A link whose loss is noticed by the daemon's doing, or said by its maker with `lose`.
 *
 * @param reason knows whether it was the way to the daemon, and not the daemon, that went away
 */
export function watchedLink(
  host: Host,
  transport: Transport,
  client: DockerClient,
  reason: () => Promise<EngineFailure | undefined> = async () => undefined,
): Link & { lose(loss: Error): void } {
  const closed = new AbortController();
  const lost = new AbortController();
  const lose = (loss: Error) => {
    if (!closed.signal.aborted) lost.abort(loss);
  };
  watchDaemon(client.docker, host, closed.signal, (loss) => {
    void reason().then((known) => {
      const why = known ?? loss;
      if (why) lose(why);
    });
  });
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
