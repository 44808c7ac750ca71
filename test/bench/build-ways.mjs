import { startSlowLink } from "../bed/slow-link.mjs";
import { startSocketProxy } from "../bed/socket-proxy.mjs";
import { startSshBed } from "../bed/sshd.mjs";

/**
 * A way to the daemon.
 *
 * @typedef {object} Way
 * @property {string} name
 * @property {string} url
 * @property {string} path PATH, with the ssh that knows the host
 * @property {boolean} ssh
 * @property {(run: (url: string) => Promise<unknown>) => Promise<number>} bytes sent while `run` uses it
 */

/** Milliseconds that a packet takes longer in each direction. */
const delay = 10;

/**
 * @param {string} socket
 * @returns {Way}
 */
export function localWay(socket) {
  return {
    name: "local",
    url: `unix://${socket}`,
    path: process.env.PATH ?? "",
    ssh: false,
    async bytes(run) {
      const proxy = await startSocketProxy(socket);
      try {
        await run(`unix://${proxy.socket}`);
        return proxy.sent;
      } finally {
        await proxy.stop();
      }
    },
  };
}

/**
 * The bed's sshd, as it is and 20 ms further away; what is counted are the bytes on the wire, logins too.
 * @param {string} socket
 * @returns {Promise<{ ways: Way[], stop: () => Promise<void> }>}
 */
export async function sshWays(socket) {
  const bed = await startSshBed();
  const options = { dockerHost: `unix://${socket}`, path: "/usr/bin:/bin" };
  /** @type {Awaited<ReturnType<typeof startSlowLink>>[]} */
  const links = [];
  /** @param {number} ms */
  const behindLink = (ms) => async (/** @type {number} */ port) => {
    links.push(await startSlowLink(port, ms));
    return links[links.length - 1].port;
  };
  await bed.startHost("near", options);
  await bed.startHost("counted", { ...options, link: behindLink(0) });
  await bed.startHost("far", { ...options, link: behindLink(delay) });
  const [counted, far] = links;
  /**
   * @param {string} name
   * @param {string} url
   * @param {string} countedUrl
   * @param {{ sent: number }} link
   * @returns {Way}
   */
  const way = (name, url, countedUrl, link) => ({
    name,
    url,
    path: `${bed.bin}:${process.env.PATH}`,
    ssh: true,
    async bytes(run) {
      const before = link.sent;
      await run(countedUrl);
      return link.sent - before;
    },
  });
  return {
    ways: [
      way("over SSH", "ssh://near", "ssh://counted", counted),
      way(`over SSH, ${2 * delay} ms added`, "ssh://far", "ssh://far", far),
    ],
    stop: async () => {
      await bed.stop();
      for (const link of links) await link.stop();
    },
  };
}
