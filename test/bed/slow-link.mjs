import { connect, createServer } from "node:net";

/**
 * @typedef {object} SlowLink
 * @property {number} port of loopback, to connect to in the target's place
 * @property {number} sent bytes that went to the target
 * @property {() => Promise<void>} stop
 */

/**
 * Stands between a client and a port of loopback: counts what goes through, and delivers it later, as a network of any
 * bandwidth between two places does.
 *
 * @param {number} target
 * @param {number} delay milliseconds in each direction
 * @returns {Promise<SlowLink>}
 */
export async function startSlowLink(target, delay) {
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const link = { sent: 0 };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    client.on("data", (chunk) => {
      link.sent += chunk.length;
    });
    deliver(client, upstream, delay);
    deliver(upstream, client, delay);
    for (const side of [client, upstream]) {
      sockets.add(side);
      side.on("error", () => side.destroy());
      side.on("close", () => {
        sockets.delete(side);
        // What is on its way arrives.
        setTimeout(() => (side === client ? upstream : client).destroy(), 2 * delay);
      });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return Object.assign(link, {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/**
 * @param {import("node:net").Socket} from
 * @param {import("node:net").Socket} to
 * @param {number} delay
 */
function deliver(from, to, delay) {
  if (delay === 0) {
    from.pipe(to);
    return;
  }
  from.on("data", (chunk) => {
    setTimeout(() => {
      // A receiver that does not take it stops the sender, as a network does.
      if (to.writable && !to.write(chunk)) from.pause();
    }, delay);
  });
  to.on("drain", () => from.resume());
  from.on("end", () => setTimeout(() => to.end(), delay));
}
