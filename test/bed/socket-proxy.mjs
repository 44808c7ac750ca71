import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NOT_FOUND =
  'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n{"message":"page not found"}';

/**
 * @typedef {object} SocketProxy
 * @property {string} socket what to connect to
 * @property {number} sent bytes that went to the target
 * @property {number} received bytes that came from it
 * @property {(which?: RegExp) => void} cut ends the connections whose first bytes fit, all of them without a pattern
 * @property {() => Promise<void>} stop
 */

/**
 * Stands between a client and a daemon's socket, counts what goes through, and can cut it.
 *
 * @param {string} target a Unix socket
 * @param {{ unknown?: RegExp }} [options] `unknown`: requests that fit are answered as by a daemon that is too old to
 *   know them
 * @returns {Promise<SocketProxy>}
 */
export async function startSocketProxy(target, { unknown } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "lab-proxy-"));
  const socket = join(folder, "docker.sock");
  /** @type {Map<import("node:net").Socket, string>} */
  const clients = new Map();
  const proxy = { sent: 0, received: 0 };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ path: target, allowHalfOpen: true });
    clients.set(client, "");
    client.on("data", (chunk) => {
      proxy.sent += chunk.length;
      if (clients.get(client) === "") {
        clients.set(client, chunk.toString("latin1"));
      }
      if (unknown?.test(chunk.toString("latin1"))) {
        client.unpipe(upstream);
        client.end(NOT_FOUND);
      }
    });
    upstream.on("data", (chunk) => {
      proxy.received += chunk.length;
    });
    client.pipe(upstream);
    upstream.pipe(client);
    const end = () => {
      clients.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const side of [client, upstream]) {
      side.on("error", end);
      side.on("close", end);
    }
  });
  await new Promise((resolve) => server.listen(socket, () => resolve(undefined)));
  return Object.assign(proxy, {
    socket,
    /** @param {RegExp} [which] */
    cut(which) {
      for (const [client, first] of clients) {
        if (!which || which.test(first)) {
          client.destroy();
        }
      }
    },
    async stop() {
      for (const client of clients.keys()) {
        client.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  });
}
