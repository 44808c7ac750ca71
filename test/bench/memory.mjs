import { readFileSync } from "node:fs";

/**
 * A process's resident memory in MiB, now and at its highest; undefined where there is no /proc.
 * @param {number} pid
 * @returns {{ now: number, peak: number } | undefined}
 */
export function memoryOf(pid) {
  let status;
  try {
    status = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined;
  }
  /** @param {string} field */
  const mebibytes = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  const memory = { now: mebibytes("VmRSS"), peak: mebibytes("VmHWM") };
  // A process that is ending has given its memory back already.
  return Number.isNaN(memory.peak) ? undefined : memory;
}
