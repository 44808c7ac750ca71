import type { IncomingMessage } from "node:http";
import type Docker from "dockerode";
import type { EngineFailure } from "../failure.ts";
import { lossFailure } from "./daemon-failure.ts";
import type { Host } from "./host.ts";

/**
 * Notices that the daemon goes away: holds a stream of events open in which none ever comes. The stream ends with
 * `signal`.
 *
 * @param onEnd gets undefined where there can be no such stream: the daemon allows none, or the way to it is gone already
 */
export function watchDaemon(
  docker: Docker,
  host: Host,
  signal: AbortSignal,
  onEnd: (loss: EngineFailure | undefined) => void,
): void {
  const lost = () => {
    if (!signal.aborted) onEnd(lossFailure(host, `the Docker daemon at ${host.url} went away`));
  };
  docker.modem.dial(
    {
      path: "/events?",
      method: "GET",
      isStream: true,
      statusCodes: { 200: true },
      options: { filters: { type: ["container"], event: ["none-of-them"] } },
      abortSignal: signal,
    },
    (error: unknown, answer: unknown) => {
      if (error) return onEnd(undefined);
      const stream = answer as IncomingMessage;
      stream.resume();
      stream.on("error", lost);
      stream.on("close", lost);
    },
  );
}
