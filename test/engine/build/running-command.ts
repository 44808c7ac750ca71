import { readdirSync, readFileSync } from "node:fs";

const pollMs = 20;

/** Whether a program runs on this machine, in a build's container or outside, whose command line is these words. */
export function isRunning(...words: readonly string[]): boolean {
  const wanted = `${words.join("\0")}\0`;
  return readdirSync("/proc").some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "latin1") === wanted;
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}

/**
 * Waits until something is so.
 *
 * @returns how long it took, in milliseconds
 * @throws after `limit` milliseconds
 */
export async function until(isSo: () => boolean, limit: number): Promise<number> {
  const start = performance.now();
  while (!isSo()) {
    if (performance.now() - start > limit) throw new Error(`not so after ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return performance.now() - start;
}
