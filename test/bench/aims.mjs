import { median, p90 } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";

/** @typedef {{ aim: string, value: number, limit: number, unit: string }} Aim */

/**
 * What the issues aim at, beside what was measured.
 * @param {Awaited<ReturnType<typeof import("./edit-bench.mjs").benchEdits>>} edits
 * @returns {Aim[]}
 */
export function editAims({ servers, power }) {
  const [ours] = servers;
  const syntaxOnly = servers.find(({ name }) => name === "dockerfile-language-server");
  const tally = servers.find(({ name }) => name === "tally");
  const ratio = (one, other) => (one === undefined || other === undefined ? Number.NaN : one / other);
  return [
    { aim: "corpus, median", value: median(ours.corpus), limit: 2, unit: " ms" },
    { aim: "corpus, p90", value: p90(ours.corpus), limit: 10, unit: " ms" },
    { aim: "5,000 lines, p90", value: p90(ours.long), limit: 60, unit: " ms" },
    {
      aim: "corpus, p90 of the syntax-only server's",
      value: ratio(p90(ours.corpus), syntaxOnly && p90(syntaxOnly.corpus)),
      limit: 1.5,
      unit: " times",
    },
    {
      aim: "corpus, p90 of tally's (20 times ahead)",
      value: ratio(p90(ours.corpus), tally && p90(tally.corpus)),
      limit: 1 / 20,
      unit: " times",
    },
    {
      aim: "corpus, median of tally's (20 times ahead)",
      value: ratio(median(ours.corpus), tally && median(tally.corpus)),
      limit: 1 / 20,
      unit: " times",
    },
    // A power of 1.15 is what noise makes of 1; n log n would be about 1.12 between these lengths.
    { aim: "growth is linear: power of the length", value: power, limit: 1.15, unit: "" },
    { aim: "the server's peak memory on the corpus", value: ours.peak ?? Number.NaN, limit: 120, unit: " MiB" },
  ];
}

/**
 * @param {readonly import("./lint-bench.mjs").Measured[]} linters
 * @returns {Aim[]}
 */
export function lintAims([ours]) {
  return [
    { aim: "lint, a file after start", value: ours.perFile, limit: 2, unit: " ms" },
    { aim: "lint, process start", value: median(ours.start), limit: 200, unit: " ms" },
  ];
}

/** @param {readonly Aim[]} aims */
export function printAims(aims) {
  printTable(
    "Aims",
    ["aim", "at most", "measured", ""],
    aims.map(({ aim, value, limit, unit }) => [
      aim,
      shown(limit, unit),
      shown(value, unit),
      Number.isNaN(value) ? "not measured" : value <= limit ? "ok" : "not met",
    ]),
  );
}
