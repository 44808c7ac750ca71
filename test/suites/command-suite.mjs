import { spawn } from "node:child_process";

/**
 * A tool that passes or fails as a whole; its output is shown.
 * @param {string} tool from node_modules/.bin
 * @param {readonly string[]} args
 * @returns {Promise<import("./outcome.mjs").Outcome>}
 */
export function runCommandSuite(tool, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(`node_modules/.bin/${tool}`, args, { stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }));
  });
}
