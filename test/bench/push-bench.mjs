import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUSYBOX_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { ENGINE_SOCKET, startEngineBed } from "../bed/engine-bed.mjs";
import { startRegistry } from "../bed/registry.mjs";
import { median } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";
import { timed } from "./timed-process.mjs";

/** @typedef {{ name: string, command: readonly string[] }} Pusher gets the reference as its last argument */

const layers = 4;
const layerBytes = 15_000_000;
const image = "bench/push:v1";
const user = { name: "ada", password: "pw-of-ada" };

/**
 * Pushes of one image by the command line of this project and by docker's, in turns, to a registry with a password. Each
 * cold push goes to a registry of its own, which has nothing and which the daemon knows nothing of.
 * @param {string} cli the bundled command line
 * @param {number} runs
 * @returns {Promise<import("./aims.mjs").Aim[]>}
 */
export async function benchPushes(cli, runs) {
  const stop = await startEngineBed();
  const config = mkdtempSync(join(tmpdir(), "lab-push-bench-"));
  try {
    const socket = process.env[ENGINE_SOCKET] ?? "";
    await makeImage(socket);
    const env = ["env", `DOCKER_HOST=unix://${socket}`, `DOCKER_CONFIG=${config}`];
    /** @param {readonly string[]} command */
    const seconds = async (command) => (await timed([...env, ...command])).seconds;
    /** @type {Pusher[]} */
    const pushers = [
      { name: "docker push", command: ["/usr/bin/docker", "push"] },
      { name: "lab-images push", command: [process.execPath, cli, "push", "--progress", "plain"] },
    ];
    const times = pushers.map(() => ({
      cold: /** @type {number[]} */ ([]),
      again: /** @type {number[]} */ ([]),
    }));
    for (let run = 0; run < runs; run++) {
      // Who is first changes: what else the machine does grows and falls.
      const turns = [...pushers.entries()];
      for (const [i, { command }] of run % 2 === 0 ? turns : turns.reverse()) {
        const registry = await startRegistry({ users: { [user.name]: user.password } });
        try {
          const reference = `${registry.host}/ada/image:v1`;
          await dockerClient(socket).tag(image, reference);
          writeLogin(config, registry.host);
          times[i].cold.push(await seconds([...command, reference]));
          times[i].again.push(await seconds([...command, reference]));
          await dockerClient(socket).remove(reference);
        } finally {
          await registry.stop();
        }
      }
    }
    const starts = [];
    for (let run = 0; run < runs; run++) starts.push(await seconds([process.execPath, cli, "--version"]));
    return report(times, median(starts), runs);
  } finally {
    rmSync(config, { recursive: true, force: true });
    await stop();
  }
}

/**
 * Layers that do not compress, as those of wheels and weights.
 * @param {string} socket
 */
async function makeImage(socket) {
  /** @type {Record<string, Buffer>} */
  const files = {};
  for (let i = 0; i < layers; i++) files[`${i}.bin`] = randomBytes(layerBytes);
  const copies = Object.keys(files).map((name) => `COPY ${name} /\n`);
  const result = await dockerClient(socket).build(`FROM ${BUSYBOX_BASE}\n${copies.join("")}`, {
    files,
    tag: image,
  });
  if (!result.ok) throw new Error(result.error);
}

/**
 * @param {string} folder
 * @param {string} host
 */
function writeLogin(folder, host) {
  const auth = Buffer.from(`${user.name}:${user.password}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }), {
    mode: 0o600,
  });
}

/**
 * @param {readonly { cold: number[], again: number[] }[]} times docker's, ours
 * @param {number} start seconds that our process takes to begin
 * @param {number} runs
 * @returns {import("./aims.mjs").Aim[]}
 */
function report([theirs, ours], start, runs) {
  const scenarios = /** @type {const} */ ([
    [`cold, ${(layers * layerBytes) / 1e6} MB in ${layers} layers`, "cold"],
    ["nothing changed", "again"],
  ]);
  const rows = scenarios.map(([name, key]) => ({
    name,
    docker: median(theirs[key]),
    own: median(ours[key]),
  }));
  printTable(
    `Pushes, a whole process each, median of ${runs} runs in turns; ours takes ${shown(start, " s")} to begin`,
    ["", "docker push", "lab-images push", "times", "without its start"],
    rows.map(({ name, docker, own }) => [
      name,
      shown(docker, " s"),
      shown(own, " s"),
      shown(own / docker),
      shown((own - start) / docker),
    ]),
  );
  return rows.map(({ name, docker, own }) => ({
    aim: `push, ${name}: times docker's, process start apart`,
    value: (own - start) / docker,
    limit: 1.05,
    unit: "",
  }));
}
