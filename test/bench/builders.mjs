import { startEngine } from "./running-engine.mjs";
import { timed } from "./timed-process.mjs";

/** @typedef {import("./timed-process.mjs").Run} Run */
/** @typedef {import("./build-ways.mjs").Way} Way */

/**
 * @typedef {object} Builder
 * @property {string} name
 * @property {(url: string, context: string) => Promise<Run>} run
 * @property {(url: string) => Promise<void>} [prepare] makes its first command on a host one that comes after another
 * @property {() => void} [stop]
 */

export const theirs = "docker build";
export const ours = "lab-images build";
/** Over a connection that the command before has left. */
export const next = "the next command";
/** In a process that runs already, as in the editor. */
export const running = "ours, running";

/** The names that the images get. */
export const tags = ["bench:docker", "bench:ours", "bench:running"];

/**
 * @param {Way} way
 * @param {{ cli: string, worker: string }} programs
 * @param {{ config: string, tiny: string }} folders docker's configuration; a context of nothing
 * @returns {Builder[]} docker's first
 */
export function buildersFor(way, { cli, worker }, { config, tiny }) {
  const engine = startEngine(worker, { PATH: way.path, DOCKER_CONFIG: config });
  const env = [`PATH=${way.path}`, `DOCKER_CONFIG=${config}`];
  /** @param {string[]} more */
  const own = (more) => (/** @type {string} */ url, /** @type {string} */ context) =>
    timed([
      ...["env", ...env, ...more, process.execPath, cli, "build", context],
      ...["--host", url, "--progress", "plain", "-t", "bench:ours"],
    ]);
  return [
    {
      name: theirs,
      run: (url, context) =>
        timed([
          ...["env", ...env, `DOCKER_HOST=${url}`, "DOCKER_BUILDKIT=1"],
          ...["/usr/bin/docker", "build", "--progress=plain", "-t", "bench:docker", context],
        ]),
    },
    { name: ours, run: own(["LAB_IMAGES_SSH_KEEP=0"]) },
    ...(way.ssh
      ? [
          {
            name: next,
            run: own([]),
            prepare: async (/** @type {string} */ url) => void (await own([])(url, tiny)),
          },
        ]
      : []),
    { name: running, run: (url, context) => engine.run({ url, context }), stop: engine.stop },
  ];
}
