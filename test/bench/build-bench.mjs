import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUSYBOX_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import { ENGINE_SOCKET, startEngineBed } from "../bed/engine-bed.mjs";
import { localWay, sshWays } from "./build-ways.mjs";
import { buildersFor, next, ours, running, tags, theirs } from "./builders.mjs";
import { inTurn, median } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";
import { timed } from "./timed-process.mjs";

/** @typedef {import("./build-ways.mjs").Way} Way */
/** @typedef {import("./aims.mjs").Aim} Aim */
/** @typedef {import("./timed-process.mjs").Run} Run */
/** @typedef {{ runs: Run[], bytes: number }} Measured of one builder in one scenario */
/** @typedef {{ name: string, of: Map<string, Measured> }} Row what each builder took in one scenario */

const files = 2_000;
const fileBytes = 150_000;
const unusedBytes = 2_000_000_000;
const MB = 1_000_000;

/** In the order in which they are run after one another: each begins with what the one before it left. */
const scenarios = [
  { name: "cold, 300 MB in 2,000 files", cold: true },
  { name: "nothing changed", aimOfNext: 0.3 },
  { name: "one file changed", change: true },
  { name: "cold, 2 GB more that nothing copies", cold: true, unused: true },
  { name: "nothing changed, 2 GB more", unused: true },
];

/**
 * Builds of a large context by the command line of this project and by docker's, in turns.
 * @param {{ cli: string, worker: string }} programs the bundled command line, and what builds on request
 * @param {number} runs
 * @param {"local" | "ssh"} where
 * @returns {Promise<Aim[]>}
 */
export async function benchBuilds(programs, runs, where) {
  const stop = await startEngineBed();
  const scratch = mkdtempSync(join(tmpdir(), "lab-build-bench-"));
  /** @type {(() => Promise<void>) | undefined} */
  let stopWays;
  try {
    const socket = process.env[ENGINE_SOCKET] ?? "";
    const bench = new BuildBench(programs, socket, scratch);
    const aims = [];
    if (where === "local") aims.push(...(await bench.measure(localWay(socket), runs)));
    else {
      const far = await sshWays(socket);
      stopWays = far.stop;
      for (const way of far.ways) aims.push(...(await bench.measure(way, runs)));
    }
    return aims;
  } finally {
    await stopWays?.();
    rmSync(scratch, { recursive: true, force: true });
    await stop();
  }
}

class BuildBench {
  #programs;
  #docker;
  #context;
  #data;
  #folders;

  /**
   * @param {{ cli: string, worker: string }} programs
   * @param {string} socket
   * @param {string} scratch
   */
  constructor(programs, socket, scratch) {
    this.#programs = programs;
    this.#docker = dockerClient(socket);
    this.#context = makeContext(join(scratch, "context"));
    this.#data = makeData(join(scratch, "data"));
    this.#folders = { config: join(scratch, "docker-config"), tiny: makeTiny(join(scratch, "tiny")) };
  }

  /**
   * @param {Way} way
   * @param {number} runs
   * @returns {Promise<Aim[]>}
   */
  async measure(way, runs) {
    const builders = buildersFor(way, this.#programs, this.#folders);
    const rows = scenarios.map(({ name }) => ({
      name,
      of: new Map(builders.map((each) => [each.name, { runs: /** @type {Run[]} */ ([]), bytes: 0 }])),
    }));
    try {
      // The first round is for the bytes, through what counts them and takes part of the time.
      for (let round = 0; round <= runs; round++) {
        for (const builder of inTurn(builders, round)) {
          for (const [s, scenario] of scenarios.entries()) {
            await this.#prepare(scenario);
            const measured = /** @type {Measured} */ (rows[s].of.get(builder.name));
            if (round === 0)
              measured.bytes = await way.bytes(async (url) => {
                if (s === 0) await builder.prepare?.(url);
                await builder.run(url, this.#context);
              });
            else {
              await builder.prepare?.(way.url);
              measured.runs.push(await builder.run(way.url, this.#context));
            }
          }
        }
      }
      const starts = [];
      for (let run = 0; run < runs; run++)
        starts.push(await timed([process.execPath, this.#programs.cli, "--version"]));
      return report(way, rows, median(starts.map(({ seconds }) => seconds)), runs);
    } finally {
      for (const builder of builders) builder.stop?.();
    }
  }

  /** @param {{ cold?: boolean, change?: boolean, unused?: boolean }} scenario */
  async #prepare({ cold, change, unused }) {
    const inside = join(this.#context, "data");
    const isInside = statSync(inside, { throwIfNoEntry: false }) !== undefined;
    if (unused && !isInside) renameSync(this.#data, inside);
    if (!unused && isInside) renameSync(inside, this.#data);
    if (change) writeFileSync(join(this.#context, "src/part0/file0.bin"), randomBytes(fileBytes));
    if (cold) await this.#forget();
  }

  /** What was built before, and what the daemon keeps of contexts. */
  async #forget() {
    for (const tag of tags) await this.#docker.remove(tag).catch(() => {});
    await this.#docker.pruneBuilds();
  }
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

/** @param {string} folder */
function makeData(folder) {
  mkdirSync(folder);
  const block = randomBytes(100 * MB);
  for (let at = 0; at < unusedBytes; at += block.length) writeFileSync(join(folder, `${at}.bin`), block);
  return folder;
}

/** @param {string} folder */
function makeTiny(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, "Dockerfile"), `FROM ${BUSYBOX_BASE}\n`);
  return folder;
}

/**
 * @param {Way} way
 * @param {Row[]} rows
 * @param {number} start seconds that our process takes to begin
 * @param {number} runs
 * @returns {Aim[]}
 */
function report(way, rows, start, runs) {
  /** @param {Row} row @param {string} name */
  const seconds = (row, name) => median((row.of.get(name)?.runs ?? []).map((run) => run.seconds));
  /** @param {Row} row @param {string} name */
  const cpu = (row, name) => median((row.of.get(name)?.runs ?? []).map((run) => run.cpu));
  /** @param {Row} row @param {string} name */
  const bytes = (row, name) => row.of.get(name)?.bytes ?? Number.NaN;
  /** @param {Row} row @param {string} name */
  const times = (row, name) => seconds(row, name) / seconds(row, theirs);
  const own = way.ssh ? [ours, next, running] : [ours, running];
  printTable(
    `Builds ${way.name}, median of ${runs} runs in turns; a whole process takes ${shown(start, " s")} of ours to begin`,
    ["", theirs, ...own.flatMap((name) => [name, "times"]), "MB sent", "MB sent", "times", "CPU s", "CPU s"],
    rows.map((row) => [
      row.name,
      shown(seconds(row, theirs), " s"),
      ...own.flatMap((name) => [shown(seconds(row, name), " s"), shown(times(row, name))]),
      shown(bytes(row, theirs) / MB),
      shown(bytes(row, ours) / MB),
      shown(bytes(row, ours) / bytes(row, theirs)),
      shown(cpu(row, theirs)),
      shown(cpu(row, ours)),
    ]),
  );
  return [
    ...rows.flatMap((row, s) => {
      const { aimOfNext } = scenarios[s];
      const what = `${way.name}, ${row.name}`;
      return [
        ...(way.ssh
          ? [{ aim: `${what}: times docker's, first command`, value: times(row, ours), limit: 1.1, unit: "" }]
          : []),
        { aim: `${what}: times docker's, ours running`, value: times(row, running), limit: 1.1, unit: "" },
        ...(way.ssh && aimOfNext
          ? [
              {
                aim: `${what}: times docker's, next command`,
                value: times(row, next),
                limit: aimOfNext,
                unit: "",
              },
            ]
          : []),
        {
          aim: `${what}: bytes, times docker's`,
          value: bytes(row, ours) / bytes(row, theirs),
          limit: 1.05,
          unit: "",
        },
      ];
    }),
    ...(way.ssh
      ? []
      : [{ aim: `${way.name}, ${rows[0].name}: our CPU`, value: cpu(rows[0], ours), limit: 2, unit: " s" }]),
  ];
}
