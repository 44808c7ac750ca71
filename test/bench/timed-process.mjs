import { spawn } from "node:child_process";

/** @typedef {{ seconds: number, cpu: number }} Run */

/**
 * @param {readonly string[]} command
 * @returns {Promise<Run>} of the whole process
 */
export function timed([program, ...args]) {
  const start = performance.now();
  // bash's own `times` says what its child used, which Node does not.
  const script = '"$@" >/dev/null; code=$?; times; exit $code';
  const child = spawn("bash", ["-c", script, "bash", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let times = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    times += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = (performance.now() - start) / 1000;
      if (code !== 0) reject(new Error(`${program} ${args.join(" ")}: ${code}\n${errors}`));
      else resolve({ seconds, cpu: childTime(times) });
    });
  });
}

/**
 * The second line of `times`: what the children used, `0m0.120s 0m0.030s`.
 * @param {string} times
 */
function childTime(times) {
  const [, children = ""] = times.trim().split("\n");
  let seconds = 0;
  for (const [, minutes, rest] of children.matchAll(/(\d+)m([\d.]+)s/g))
    seconds += Number(minutes) * 60 + Number(rest);
  return seconds;
}
