import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { createWriteStream, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { dockerClient } from "./docker-api.mjs";
import { atEndOrNow, run, start, stop } from "./processes.mjs";
import { step } from "./progress.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

const START_MS = 60_000;
const POLL_MS = 100;
const LOG_LINES = 5;

/** Of the machine's network nothing is changed, so a daemon of the user's beside this one goes on undisturbed. */
const OWN_NETWORK = ["--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"];

/** @typedef {{ socket: string, stop: () => Promise<void> }} Docker */

/** @param {string} file */
async function lastLines(file) {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-LOG_LINES).join("\n");
}

/**
 * @param {boolean} bridge
 * @param {boolean} hasPrograms a dockerd of its own
 */
async function checkMachine(bridge, hasPrograms) {
  if (process.platform !== "linux") {
    throw new UnavailableError("a Docker daemon of its own needs Linux");
  }
  if (process.getuid?.() !== 0) {
    throw new UnavailableError("a Docker daemon of its own needs root");
  }
  const packages = [
    // Another dockerd comes with all of its own but runc.
    { name: hasPrograms ? "runc" : "docker.io", commands: [hasPrograms ? "runc" : "dockerd"] },
    { name: "iptables", commands: ["iptables"] },
  ];
  if (bridge) {
    packages.push({ name: "iproute2", commands: ["ip"] });
  }
  const system = await ensureSystemPackages(packages);
  if (!system.ok) {
    throw new UnavailableError(`no Docker: ${system.reason}`);
  }
}

/** A network bridge that is not the user's docker0. Returns its name and the way to remove it. */
async function makeBridge() {
  const name = `lab-${process.pid}`;
  const address = `10.${randomInt(200, 255)}.${randomInt(1, 255)}.1/24`;
  const remove = () => void spawnSync("ip", ["link", "delete", name]);
  for (const args of [
    ["link", "add", "name", name, "type", "bridge"],
    ["address", "add", address, "dev", name],
    ["link", "set", name, "up"],
  ]) {
    const { code, output } = await run("ip", args);
    if (code !== 0) {
      remove();
      throw new UnavailableError(`no network bridge: ${output.trim()}`);
    }
  }
  return { name, remove };
}

/**
 * A Docker daemon of the test's own: its socket, data and processes are in a scratch folder that goes with it.
 *
 * It has no network but the host's: a build says `networkmode=host`. With `bridge`, builds that ask for no
 * network work too, as they do with a user's daemon, but reach nothing outside.
 *
 * @param {{ bridge?: boolean, findPrograms?: () => Promise<string>, containerdStore?: boolean }} [options]
 *   `findPrograms` gives the folder of another dockerd and its containerd than the machine's; asked where this machine
 *   can run one. `containerdStore`: images are in containerd's store (Docker 28 or newer)
 * @returns {Promise<Docker>}
 */
export async function startDocker({ bridge = false, findPrograms, containerdStore = false } = {}) {
  await checkMachine(bridge, findPrograms !== undefined);
  const programs = await findPrograms?.();
  const folder = await mkdtemp(join(tmpdir(), "lab-docker-"));
  const network = bridge ? await makeBridge() : undefined;
  const socket = join(folder, "docker.sock");
  const log = join(folder, "log");
  const daemon = start(
    programs ? join(programs, "dockerd") : "dockerd",
    [
      ...["--host", `unix://${socket}`],
      ...["--data-root", join(folder, "data")],
      ...["--exec-root", join(folder, "exec")],
      ...["--pidfile", join(folder, "pid")],
      ...["--bridge", network?.name ?? "none", ...OWN_NETWORK],
      ...["--shutdown-timeout", "2"],
      ...(containerdStore ? ["--feature", "containerd-snapshotter=true"] : []),
    ],
    programs ? { env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` } } : {},
  );
  const logStream = createWriteStream(log);
  daemon.stdout?.pipe(logStream, { end: false });
  daemon.stderr?.pipe(logStream, { end: false });

  const cleanUp = async () => {
    await stop(daemon);
    logStream.end();
    // What a daemon that was killed could not unmount would keep the folder, and must not be deleted through.
    unmountBelow(folder);
    network?.remove();
    await rm(folder, { recursive: true, force: true });
  };
  const stopOnce = atEndOrNow(cleanUp);
  try {
    await step("Docker daemon", () => waitForAnswer(daemon, socket));
  } catch (error) {
    const lines = await lastLines(log);
    await stopOnce();
    throw new UnavailableError(`${/** @type {Error} */ (error).message}: ${lines}`);
  }
  return { socket, stop: stopOnce };
}

/**
 * @param {import("node:child_process").ChildProcess} daemon
 * @param {string} socket
 */
async function waitForAnswer(daemon, socket) {
  const deadline = performance.now() + START_MS;
  const client = dockerClient(socket);
  while (performance.now() < deadline) {
    if (daemon.exitCode !== null || daemon.signalCode !== null) {
      throw new Error("dockerd ended");
    }
    if (await client.answers()) {
      return;
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`dockerd does not answer after ${START_MS / 1000} s`);
}

/**
 * In one go: it is called while this process ends.
 *
 * @param {string} folder
 */
function unmountBelow(folder) {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const below = mounts
    .split("\n")
    .map((line) => line.split(" ")[1])
    .filter((path) => path?.startsWith(`${folder}/`));
  for (const path of below.reverse()) {
    spawnSync("umount", ["--lazy", /** @type {string} */ (path)]);
  }
}
