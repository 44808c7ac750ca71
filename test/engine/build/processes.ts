import { readdirSync, readFileSync } from "node:fs";

/** Whether a process of this machine has these words on its command line. */
export function isRunning(words: string): boolean {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").includes(words);
      } catch {
        return false;
      }
    });
}

/** Waits until it is so. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("not within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
