// `npm test`: every suite, one after the other, and the sum as the last line. Under CI a skipped suite is a failure.

import { mkdirSync, rmSync } from "node:fs";
import { stalePictures } from "../scripts/stale-pictures.mjs";
import { newerDockers } from "./bed/newer-docker.mjs";
import { ensureBundles } from "./suites/bundles.mjs";
import { runCommandSuite } from "./suites/command-suite.mjs";
import { runEngineSuite } from "./suites/engine-suite.mjs";
import { runProofSuite } from "./suites/proof-suite.mjs";
import { runVitestSuite } from "./suites/vitest-suite.mjs";
import { runVsCodeSuite } from "./suites/vscode-suite.mjs";

/**
 * @typedef {{ name: string, run: () => Promise<import("./suites/outcome.mjs").Outcome> }} Suite
 */

const artefacts = "out/artefacts";

/** @type {readonly Suite[]} */
const suites = [
  { name: "types", run: () => runCommandSuite("tsc", ["-b"]) },
  { name: "format and lint", run: () => runCommandSuite("biome", ["ci", "--log-level=warn"]) },
  { name: "unit", run: () => runVitestSuite("unit") },
  { name: "server over stdio", run: () => runVitestSuite("server") },
  { name: "command line", run: () => runVitestSuite("cli") },
  { name: "package", run: () => runVitestSuite("package") },
  { name: "fixes, proven by building", run: runProofSuite },
  { name: "engine, on a real daemon", run: () => runEngineSuite() },
  ...newerDockers.map((newer) => ({
    name: `engine, on the Docker of Debian ${newer.release}${newer.containerdStore ? ", containerd's image store" : ""}`,
    run: () => runEngineSuite(newer),
  })),
  { name: "VS Code", run: () => runVsCodeSuite({ kind: "development", artefacts }) },
  { name: "VS Code, reloaded", run: () => runVsCodeSuite({ kind: "reloaded", artefacts }) },
  { name: "VS Code, two folders", run: () => runVsCodeSuite({ kind: "multi-root", artefacts }) },
  { name: "VS Code, packaged", run: () => runVsCodeSuite({ kind: "packaged", artefacts }) },
  { name: "VS Code, Restricted Mode", run: () => runVsCodeSuite({ kind: "restricted", artefacts }) },
];

const wanted = process.argv.slice(2);
const chosen = suites.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const strict = process.env.CI === "true";
if (chosen.length === 0) {
  console.error(`No suite is named so; there are: ${suites.map(({ name }) => name).join("; ")}`);
  process.exit(2);
}

rmSync(artefacts, { recursive: true, force: true });
mkdirSync(artefacts, { recursive: true });
await ensureBundles();

let passed = 0;
let failed = 0;
const report = [];
/** @type {string[]} */
const failures = [];
/** @type {string[]} */
const secondTries = [];
for (const { name, run } of chosen) {
  console.log(`\n=== ${name} ===`);
  const start = performance.now();
  const outcome = await run().catch((error) => {
    console.error(error);
    return { passed: 0, failed: 1 };
  });
  passed += outcome.passed;
  failed += outcome.failed + (outcome.skipped && strict ? 1 : 0);
  failures.push(...(outcome.failures ?? []).map((each) => inSuite(name, each)));
  secondTries.push(...(outcome.secondTries ?? []).map((each) => inSuite(name, each)));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const leftOut = outcome.leftOut ? `, ${outcome.leftOut} left out` : "";
  const skipped = outcome.skipped ? `, skipped: ${outcome.skipped}` : "";
  report.push(
    `${name}: ${outcome.passed} passed, ${outcome.failed} failed${leftOut}${skipped} (${seconds} s)`,
  );
}

console.log(`\n${report.join("\n")}`);
if (failures.length > 0) console.log(`\nFailed:\n${failures.join("\n")}`);
if (secondTries.length > 0)
  console.log(`\nPassed when run again, and so to be looked at:\n${secondTries.join("\n")}`);
if (strict && report.some((line) => line.includes("skipped:")))
  console.log("Under CI a skipped suite is a failure.");
try {
  const stale = stalePictures();
  // Taken anew when what they show is finished, not with each change on the way there.
  if (stale.length > 0)
    console.log(`Stale pictures, "npm run pictures" takes them anew: ${stale.join(", ")}`);
} catch {
  console.log("Whether pictures are stale is not known: git does not list the files of this folder.");
}
if (passed === 0 && failed === 0) console.log("No test ran, which is a failure.");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/**
 * @param {string} suite
 * @param {import("./suites/outcome.mjs").TestFailure} failure
 */
function inSuite(suite, { test, message }) {
  return `  ${suite}: ${test}\n    ${message}`;
}
