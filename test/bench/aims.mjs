import { oursName } from "./contenders.mjs";
import { median, p90 } from "./statistics.mjs";
import { printTable, shown } from "./table.mjs";

/**
 * A value that is to be `limit` at most, or at least.
 * @typedef {{ aim: string, value: number, limit: number, unit: string, least?: boolean }} Aim
 */

/**
 * What the issues aim at for the server; NaN stands for what was not measured.
 * @param {Awaited<ReturnType<typeof import("./edit-bench.mjs").benchEdits>>} edits
 * @returns {Aim[]}
 */
export function editAims({ servers, power }) {
  /**
   * @param {string} name
   * @param {"corpus" | "long"} on
   */
  const times = (name, on) =>
    (servers.find((server) => server.name === name)?.[on] ?? []).map((sample) => sample.ms);
  const ours = times(oursName, "corpus");
  const oursLong = times(oursName, "long");
  const syntaxOnly = times("dockerfile-language-server", "corpus");
  const tally = times("tally", "corpus");
  const peak = servers.find(({ name }) => name === oursName)?.peak ?? Number.NaN;
  return [
    { aim: "corpus, median", value: median(ours), limit: 2, unit: " ms" },
    { aim: "corpus, p90", value: p90(ours), limit: 10, unit: " ms" },
    { aim: "5,000 lines, p90", value: p90(oursLong), limit: 60, unit: " ms" },
    {
      aim: "corpus, p90: times the syntax-only server's",
      value: p90(ours) / p90(syntaxOnly),
      limit: 1.5,
      unit: "",
    },
    {
      aim: "corpus, median: times ahead of tally",
      value: median(tally) / median(ours),
      limit: 20,
      unit: "",
      least: true,
    },
    {
      aim: "corpus, p90: times ahead of tally",
      value: p90(tally) / p90(ours),
      limit: 20,
      unit: "",
      least: true,
    },
    {
      aim: "5,000 lines, median: times ahead of tally",
      value: median(times("tally", "long")) / median(oursLong),
      limit: 20,
      unit: "",
      least: true,
    },
    // Above 1 by what noise adds; a quadratic part that matters at these lengths lies far above.
    { aim: "growth is linear: power of the length", value: power, limit: 1.15, unit: "" },
    { aim: "the server's peak memory on the corpus", value: peak, limit: 120, unit: " MiB" },
  ];
}

/**
 * What the issues aim at for the command line.
 * @param {readonly import("./lint-bench.mjs").Measured[]} linters
 * @returns {Aim[]}
 */
export function lintAims(linters) {
  const ours = linters.find(({ name }) => name === oursName);
  return [
    { aim: "lint, a file after start", value: ours?.perFile ?? Number.NaN, limit: 2, unit: " ms" },
    { aim: "lint, process start", value: median(ours?.start ?? []), limit: 200, unit: " ms" },
  ];
}

/** @param {readonly Aim[]} aims */
export function printAims(aims) {
  printTable(
    "Aims",
    ["aim", "limit", "measured", ""],
    aims.map(({ aim, value, limit, unit, least = false }) => [
      aim,
      (least ? "≥ " : "≤ ") + shown(limit, unit),
      shown(value, unit),
      Number.isNaN(value) ? "not measured" : (least ? value >= limit : value <= limit) ? "ok" : "not met",
    ]),
  );
}
