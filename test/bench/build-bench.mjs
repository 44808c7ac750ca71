import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUSYBOX_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { ENGINE_SOCKET, startEngineBed } from "../bed/engine-bed.mjs";
import { startSocketProxy } from "../bed/socket-proxy.mjs";
import { median } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";
import { timed } from "./timed-process.mjs";

/** @typedef {{ name: string, run: (socket: string, context: string) => Promise<Run>, stop?: () => void }} Builder */
/** @typedef {import("./timed-process.mjs").Run} Run */
/** @typedef {{ name: string, runs: Run[], bytes: number }} Measured of one builder in one scenario */

const files = 2_000;
const fileBytes = 150_000;
const unusedBytes = 2_000_000_000;
const MB = 1_000_000;

const ours = "lab-images build";
const running = "ours, running";
const theirs = "docker build";

/** In the order in which they are run after one another: each begins with what the one before it left. */
const scenarios = [
  { name: "cold, 300 MB in 2,000 files", cold: true },
  { name: "nothing changed" },
  { name: "one file changed", change: true },
  { name: "cold, 2 GB more that nothing copies", cold: true, unused: true },
  { name: "nothing changed, 2 GB more", unused: true },
];

/**
 * Builds of a large context by the command line of this project and by docker's, in turns.
 * @param {{ cli: string, worker: string }} programs the bundled command line, and what builds on request
 * @param {number} runs
 * @returns {Promise<import("./aims.mjs").Aim[]>}
 */
export async function benchBuilds({ cli, worker }, runs) {
  const stop = await startEngineBed();
  /** @type {readonly Builder[]} */
  let builders = [];
  const scratch = mkdtempSync(join(tmpdir(), "lab-build-bench-"));
  try {
    const socket = process.env[ENGINE_SOCKET] ?? "";
    builders = [...buildersOf(cli, scratch), runningBuilder(worker)];
    const contexts = builders.map((_, i) => makeContext(join(scratch, `context-${i}`)));
    const table = scenarios.map(({ name }) => ({
      name,
      builders: builders.map((each) => ({ name: each.name, runs: /** @type {Run[]} */ ([]), bytes: 0 })),
    }));
    // The first round is for the bytes, through a proxy that would take part of the time.
    for (let round = 0; round <= runs; round++) {
      for (const [b, builder] of builders.entries()) {
        for (const [s, scenario] of scenarios.entries()) {
          await prepare(socket, contexts[b], scenario);
          const measured = table[s].builders[b];
          if (round === 0) measured.bytes = await bytesOf(builder, socket, contexts[b]);
          else measured.runs.push(await builder.run(socket, contexts[b]));
        }
      }
    }
    const start = [];
    for (let run = 0; run < runs; run++) start.push(await timed([process.execPath, cli, "--version"]));
    return report(table, median(start.map(({ seconds }) => seconds)), runs);
  } finally {
    for (const builder of builders) builder.stop?.();
    rmSync(scratch, { recursive: true, force: true });
    await stop();
  }
}

/**
 * @param {string} cli
 * @param {string} scratch
 * @returns {Builder[]}
 */
function buildersOf(cli, scratch) {
  const config = `DOCKER_CONFIG=${join(scratch, "docker-config")}`;
  return [
    {
      name: theirs,
      run: (socket, context) =>
        timed([
          ...["env", `DOCKER_HOST=unix://${socket}`, config, "DOCKER_BUILDKIT=1"],
          ...["/usr/bin/docker", "build", "--progress=plain", "-t", "bench:docker", context],
        ]),
    },
    {
      name: ours,
      run: (socket, context) =>
        timed([
          ...["env", config, process.execPath, cli, "build", context],
          ...["--host", `unix://${socket}`, "--progress", "plain", "-t", "bench:ours"],
        ]),
    },
  ];
}

/**
 * Ours in a process that runs already, as in the editor.
 * @param {string} worker
 * @returns {Builder}
 */
function runningBuilder(worker) {
  const child = fork(worker);
  return {
    name: running,
    run: (socket, context) =>
      new Promise((resolve, reject) => {
        const failed = () => reject(new Error("the builder ended"));
        child.once("exit", failed);
        child.once("message", (seconds) => {
          child.off("exit", failed);
          resolve({ seconds: Number(seconds), cpu: Number.NaN });
        });
        child.send({ socket, context });
      }),
    stop: () => void child.kill(),
  };
}

/** @param {string} folder */
function makeContext(folder) {
  for (let i = 0; i < files; i++) {
    const inner = join(folder, "src", `part${i % 40}`);
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, `file${i}.bin`), randomBytes(fileBytes));
  }
  writeFileSync(join(folder, "Dockerfile"), `FROM ${BUSYBOX_BASE}\nCOPY src /src\n`);
  return folder;
}

/**
 * @param {string} socket
 * @param {string} context
 * @param {{ cold?: boolean, change?: boolean, unused?: boolean }} scenario
 */
async function prepare(socket, context, { cold, change, unused }) {
  const data = join(context, "data");
  if (!unused) rmSync(data, { recursive: true, force: true });
  else if (!statSync(data, { throwIfNoEntry: false })) {
    mkdirSync(data);
    const block = randomBytes(100 * MB);
    for (let at = 0; at < unusedBytes; at += block.length) writeFileSync(join(data, `${at}.bin`), block);
  }
  if (change) writeFileSync(join(context, "src/part0/file0.bin"), randomBytes(fileBytes));
  if (cold) await forget(socket);
}

/**
 * What was built before, and what the daemon keeps of contexts.
 * @param {string} socket
 */
async function forget(socket) {
  const docker = dockerClient(socket);
  for (const tag of ["bench:docker", "bench:ours", "bench:running"]) await docker.remove(tag).catch(() => {});
  await docker.pruneBuilds();
}

/**
 * @param {Builder} builder
 * @param {string} socket
 * @param {string} context
 */
async function bytesOf(builder, socket, context) {
  const proxy = await startSocketProxy(socket);
  try {
    await builder.run(proxy.socket, context);
    return proxy.sent;
  } finally {
    await proxy.stop();
  }
}

/**
 * @param {{ name: string, builders: Measured[] }[]} table
 * @param {number} start seconds that our process takes to begin
 * @param {number} runs
 * @returns {import("./aims.mjs").Aim[]}
 */
function report(table, start, runs) {
  /** @param {Measured} measured */
  const seconds = ({ runs }) => median(runs.map((run) => run.seconds));
  /** @param {Measured} measured */
  const cpu = ({ runs }) => median(runs.map((run) => run.cpu));
  printTable(
    `Builds, median of ${runs} runs in turns; a whole process takes ${shown(start, " s")} of ours to begin`,
    ["", theirs, ours, "times", running, "times", "MB sent", "MB sent", "times", "CPU s", "CPU s"],
    table.map(({ name, builders: [docker, own, inProcess] }) => [
      name,
      shown(seconds(docker), " s"),
      shown(seconds(own), " s"),
      shown(seconds(own) / seconds(docker)),
      shown(seconds(inProcess), " s"),
      shown(seconds(inProcess) / seconds(docker)),
      shown(docker.bytes / MB),
      shown(own.bytes / MB),
      shown(own.bytes / docker.bytes),
      shown(cpu(docker)),
      shown(cpu(own)),
    ]),
  );
  return [
    ...table.flatMap(({ name, builders: [docker, own, inProcess] }) => [
      {
        aim: `${name}: times docker's, ours running`,
        value: seconds(inProcess) / seconds(docker),
        limit: 1.1,
        unit: "",
      },
      { aim: `${name}: bytes, times docker's`, value: own.bytes / docker.bytes, limit: 1.05, unit: "" },
    ]),
    { aim: `${table[0].name}: our CPU`, value: cpu(table[0].builders[1]), limit: 2, unit: " s" },
  ];
}
