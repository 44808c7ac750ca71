import type { IncomingMessage } from "node:http";
import type { Connection } from "../connection/connection.ts";

/** What changes what a daemon's images are, or what they are called. */
const events = ["delete", "import", "load", "pull", "push", "tag", "untag"];

/**
 * Calls `changed` whenever images of the daemon come, go, or are called otherwise, until `signal`. Where a daemon lets
 * nobody listen, it is never called.
 */
export function watchImages({ docker, lost }: Connection, signal: AbortSignal, changed: () => void): void {
  docker.modem.dial(
    {
      path: "/events?",
      method: "GET",
      isStream: true,
      statusCodes: { 200: true },
      options: { filters: { type: ["image"], event: events } },
      abortSignal: AbortSignal.any([signal, lost]),
    },
    (error: unknown, answer: unknown) => {
      if (error) return;
      const stream = answer as IncomingMessage;
      // Its end is the connection's, which says so itself.
      stream.on("error", () => {});
      stream.on("data", () => {
        if (!signal.aborted) changed();
      });
    },
  );
}
