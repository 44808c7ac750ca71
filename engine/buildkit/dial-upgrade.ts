import type { OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import type { Connection } from "../connection/connection.ts";

/**
 * A connection to the daemon that speaks HTTP/2 from now on.
 *
 * @throws docker-modem's error where the daemon refuses or cannot be reached
 */
export function dialUpgrade(
  connection: Connection,
  path: string,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    connection.docker.modem.dial(
      {
        path,
        method: "POST",
        headers: { ...headers, Upgrade: "h2c" },
        hijack: true,
        statusCodes: { 101: true },
        ...(signal ? { abortSignal: signal } : {}),
      },
      (error, socket) => (error ? reject(error) : resolve(socket as Duplex)),
    );
  });
}
