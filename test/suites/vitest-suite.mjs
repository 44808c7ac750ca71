import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/**
 * One vitest project.
 * @param {string} project
 * @param {readonly string[]} [files] parts of the paths of those that are run; all of them without any
 * @returns {Promise<import("./outcome.mjs").Outcome>}
 */
export async function runVitestSuite(project, files = []) {
  const folder = mkdtempSync(join(tmpdir(), "lab-images-vitest-"));
  const results = join(folder, "results.json");
  const args = [
    "run",
    ...files,
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${results}`,
  ];
  try {
    const code = await new Promise((resolve, reject) => {
      const child = spawn("node_modules/.bin/vitest", args, { stdio: "inherit" });
      child.on("error", reject);
      child.on("exit", resolve);
    });
    const counts = JSON.parse(readFileSync(results, "utf8"));
    const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, testResults } = counts;
    // A file that does not load has no tests to count; it failed all the same.
    const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
    return { passed: numPassedTests, failed, leftOut: numPendingTests, ...failuresOf(testResults) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A test that passed in its second run keeps why its first one failed.
 * @param {readonly {
 *   name: string,
 *   message: string,
 *   assertionResults: readonly { fullName: string, status: string, failureMessages: readonly string[] }[],
 * }[]} files as vitest's JSON reporter has them
 */
function failuresOf(files) {
  /** @type {import("./outcome.mjs").TestFailure[]} */
  const failures = [];
  /** @type {import("./outcome.mjs").TestFailure[]} */
  const secondTries = [];
  for (const { name, message, assertionResults } of files) {
    const file = relative(".", name);
    if (message !== "") failures.push({ test: file, message: firstLine(message) });
    for (const { fullName, status, failureMessages } of assertionResults) {
      const [first] = failureMessages;
      if (first === undefined) continue;
      const failure = { test: `${file}: ${fullName.trim()}`, message: firstLine(first) };
      (status === "failed" ? failures : secondTries).push(failure);
    }
  }
  return { failures, secondTries };
}

/** @param {string} text */
function firstLine(text) {
  return text.split("\n", 1)[0] ?? "";
}
