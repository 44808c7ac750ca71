// A build that prints a gigabyte: how much memory the command line takes, and how fast it is.
// `npm run bench -- --log`; on a Docker daemon of its own, which does not clip what is printed: Debian trixie's, as
// bookworm's (20.10) comes to no end without its clipping.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUSYBOX_BASE, importBusyboxBase } from "../bed/debian-base.mjs";
import { startDocker } from "../bed/docker.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { newerDocker } from "../bed/newer-docker.mjs";
import { memoryOf } from "./memory.mjs";
import { printTable } from "./table.mjs";

const line = "epoch 17 step 4711 loss 0.123456 lr 0.000100 gpu 0 mem 10213MiB 3.14 it/s \\033[32mok\\033[0m";

/**
 * @param {string} cli path of the program
 * @param {number} bytes to print
 * @returns {Promise<import("./aims.mjs").Aim[]>}
 */
export async function benchBuildLog(cli, bytes) {
  // Without them BuildKit clips what a step prints: at 1 MiB, or at more than 100 KiB a second.
  process.env.BUILDKIT_STEP_LOG_MAX_SIZE = "2147483647";
  process.env.BUILDKIT_STEP_LOG_MAX_SPEED = "2147483647";
  const docker = await startDocker({ findPrograms: () => newerDocker("trixie") });
  const context = mkdtempSync(join(tmpdir(), "lab-build-log-"));
  try {
    await importBusyboxBase(dockerClient(docker.socket));
    const print = `yes "$(printf '${line}')" | head -c ${bytes}`;
    writeFileSync(join(context, "Dockerfile"), `FROM ${BUSYBOX_BASE}\nRUN ${print}\n`);
    const rows = [];
    for (const progress of ["plain", "json", "tty"])
      rows.push({ progress, ...(await buildOnce(cli, docker.socket, context, progress)) });
    printTable(
      `A build that prints ${(bytes / 1e6).toFixed(0)} MB`,
      ["progress", "s", "MB printed", "peak MiB"],
      rows.map(({ progress, seconds, printed, peak }) => [
        progress,
        seconds.toFixed(1),
        (printed / 1e6).toFixed(0),
        peak.toFixed(0),
      ]),
    );
    return rows.map(({ progress, peak }) => ({
      aim: `a build's long log, ${progress}: peak memory`,
      value: peak,
      limit: 150,
      unit: " MiB",
    }));
  } finally {
    await docker.stop();
    rmSync(context, { recursive: true, force: true });
  }
}

/**
 * @param {string} cli
 * @param {string} socket
 * @param {string} context
 * @param {string} progress
 * @returns {Promise<{ seconds: number, printed: number, peak: number }>}
 */
function buildOnce(cli, socket, context, progress) {
  const args = [
    "build",
    context,
    "--no-cache",
    "--network=host",
    "-t",
    "bench:log",
    `--progress=${progress}`,
  ];
  const start = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, DOCKER_HOST: `unix://${socket}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = 0;
  let peak = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk.length));
  const look = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0)?.peak ?? 0);
  }, 100);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code === 0) resolve({ seconds: (performance.now() - start) / 1000, printed, peak });
      else reject(new Error(`lab-images build --progress=${progress} ended with ${code}`));
    });
  });
}
