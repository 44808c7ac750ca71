import { fork } from "node:child_process";

/** @typedef {import("./timed-process.mjs").Run} Run */

/**
 * @typedef {object} RunningEngine
 * @property {(wanted: { url: string, context?: string, reference?: string }) => Promise<Run>} run
 * @property {() => void} stop
 */

/**
 * The engine in a process that runs already, as in the editor.
 *
 * @param {string} worker the bundle of engine-worker.ts
 * @param {Record<string, string>} env
 * @returns {RunningEngine}
 */
export function startEngine(worker, env) {
  const child = fork(worker, { env: { ...process.env, ...env } });
  return {
    run: (wanted) =>
      new Promise((resolve, reject) => {
        const failed = () => reject(new Error("the running engine ended"));
        child.once("exit", failed);
        child.once("message", (seconds) => {
          child.off("exit", failed);
          resolve({ seconds: Number(seconds), cpu: Number.NaN });
        });
        child.send(wanted);
      }),
    stop: () => void child.kill(),
  };
}
