import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUSYBOX_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { ENGINE_SOCKET, startEngineBed } from "../bed/engine-bed.mjs";
import { startRegistry } from "../bed/registry.mjs";
import { startEngine } from "./running-engine.mjs";
import { inTurn, median } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";
import { timed } from "./timed-process.mjs";

/** @typedef {{ name: string, push: (reference: string) => Promise<import("./timed-process.mjs").Run> }} Pusher */

const layers = 4;
const layerBytes = 15_000_000;
const image = "bench/push:v1";
const user = { name: "ada", password: "pw-of-ada" };

/**
 * Pushes of one image by the command line of this project and by docker's, in turns, to a registry with a password. Each
 * cold push goes to a registry of its own, which has nothing and which the daemon knows nothing of.
 * @param {{ cli: string, worker: string }} programs the bundled command line, and what pushes on request
 * @param {number} runs
 * @returns {Promise<import("./aims.mjs").Aim[]>}
 */
export async function benchPushes({ cli, worker }, runs) {
  const stop = await startEngineBed();
  const config = mkdtempSync(join(tmpdir(), "lab-push-bench-"));
  const socket = process.env[ENGINE_SOCKET] ?? "";
  const engine = startEngine(worker, { DOCKER_CONFIG: config });
  try {
    await makeImage(socket);
    const env = ["env", `DOCKER_HOST=unix://${socket}`, `DOCKER_CONFIG=${config}`];
    const own = [process.execPath, cli, "push", "--progress", "plain"];
    /** @type {Pusher[]} */
    const pushers = [
      { name: "docker push", push: (reference) => timed([...env, "/usr/bin/docker", "push", reference]) },
      { name: "lab-images push", push: (reference) => timed([...env, ...own, reference]) },
      { name: "ours, running", push: (reference) => engine.run({ url: `unix://${socket}`, reference }) },
    ];
    const times = pushers.map(() => ({
      cold: /** @type {number[]} */ ([]),
      again: /** @type {number[]} */ ([]),
    }));
    for (let run = 0; run < runs; run++) {
      for (const [i, { push }] of inTurn([...pushers.entries()], run)) {
        const registry = await startRegistry({ users: { [user.name]: user.password } });
        try {
          const reference = `${registry.host}/ada/image:v1`;
          await dockerClient(socket).tag(image, reference);
          writeLogin(config, registry.host);
          times[i].cold.push((await push(reference)).seconds);
          times[i].again.push((await push(reference)).seconds);
          await dockerClient(socket).remove(reference);
        } finally {
          await registry.stop();
        }
      }
    }
    const starts = [];
    for (let run = 0; run < runs; run++)
      starts.push((await timed([process.execPath, cli, "--version"])).seconds);
    return report(times, median(starts), runs);
  } finally {
    engine.stop();
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
 * @param {readonly { cold: number[], again: number[] }[]} times docker's, ours, ours running
 * @param {number} start seconds that our process takes to begin
 * @param {number} runs
 * @returns {import("./aims.mjs").Aim[]}
 */
function report([theirs, ours, running], start, runs) {
  const scenarios = /** @type {const} */ ([
    [`cold, ${(layers * layerBytes) / 1e6} MB in ${layers} layers`, "cold"],
    ["nothing changed", "again"],
  ]);
  const rows = scenarios.map(([name, key]) => ({
    name,
    docker: median(theirs[key]),
    own: median(ours[key]),
    inProcess: median(running[key]),
  }));
  printTable(
    `Pushes, a whole process each, median of ${runs} runs in turns; ours takes ${shown(start, " s")} to begin`,
    ["", "docker push", "lab-images push", "times", "without its start", "ours, running", "times"],
    rows.map(({ name, docker, own, inProcess }) => [
      name,
      shown(docker, " s"),
      shown(own, " s"),
      shown(own / docker),
      shown((own - start) / docker),
      shown(inProcess, " s"),
      shown(inProcess / docker),
    ]),
  );
  const [cold] = rows;
  return [
    {
      aim: `push, ${cold.name}: times docker's, process start apart`,
      value: (cold.own - start) / cold.docker,
      limit: 1.05,
      unit: "",
    },
    ...rows.map(({ name, docker, inProcess }) => ({
      aim: `push, ${name}: times docker's, ours running`,
      value: inProcess / docker,
      limit: 1.05,
      unit: "",
    })),
  ];
}
