import { spawn, spawnSync } from "node:child_process";
import { oursName } from "./contenders.mjs";
import { corpusFolder } from "./documents.mjs";
import { memoryOf } from "./memory.mjs";
import { median, p90 } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";

/** @typedef {import("./contenders.mjs").Linter} Linter */
/** @typedef {{ name: string, lint: number[], start: number[], perFile: number }} Measured */

/**
 * The whole corpus as a process of the command line, the linters taking turns.
 * @param {readonly Linter[]} linters each named once
 * @param {number} files in the corpus
 * @param {number} runs
 * @returns {Promise<Measured[]>}
 */
export async function benchLint(linters, files, runs) {
  const measured = linters.map(({ name }) => ({ name, lint: [], start: [], perFile: Number.NaN }));
  const peaks = [];
  const ends = [];
  for (const linter of linters) {
    // The first run of each warms the disk's cache; its memory is looked at, its time is not.
    const { code, peak } = await watched(linter);
    peaks.push(peak);
    ends.push(code === 0 || code === 1 ? `exit code ${code}` : `failed: ${code}`);
  }
  for (let run = 0; run < runs; run++) {
    for (const [i, { command, lint, start }] of linters.entries()) {
      measured[i].lint.push(timed(command, [...lint, corpusFolder]));
      measured[i].start.push(timed(command, start));
    }
  }
  for (const one of measured) one.perFile = (median(one.lint) - median(one.start)) / files;
  const ours = measured.find(({ name }) => name === oursName);
  printTable(
    `Lint ${files} Dockerfiles to JSON, a whole process, ${runs} runs (ms)`,
    ["linter", "median", "p90", "ours / theirs", "start alone", "a file after start", "peak MiB", "end"],
    measured.map((one, i) => [
      one.name,
      shown(median(one.lint)),
      shown(p90(one.lint)),
      shown(ours && median(ours.lint) / median(one.lint)),
      shown(median(one.start)),
      shown(one.perFile),
      shown(peaks[i]),
      ends[i],
    ]),
  );
  return measured;
}

/**
 * @param {readonly string[]} command
 * @param {readonly string[]} args
 */
function timed([program, ...before], args) {
  const start = performance.now();
  spawnSync(program, [...before, ...args], { stdio: "ignore" });
  return performance.now() - start;
}

/**
 * A run whose memory is looked at every few milliseconds.
 * @param {Linter} linter
 * @returns {Promise<{ code: number | string, peak: number | undefined }>}
 */
function watched({ command: [program, ...before], lint }) {
  const child = spawn(program, [...before, ...lint, corpusFolder], { stdio: "ignore" });
  /** @type {number | undefined} */
  let peak;
  const timer = setInterval(() => {
    peak = memoryOf(child.pid ?? 0)?.peak ?? peak;
  }, 2);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      clearInterval(timer);
      resolve({ code: code ?? signal, peak });
    });
  });
}
