import { compareVersions } from "./releases.ts";

// CUDA Toolkit release notes: the first CUDA whose nvcc knows an architecture. Older ones are known to all since 10.0.
const firstCuda: ReadonlyMap<string, string> = new Map([
  ["8.0", "11.0"],
  ["8.6", "11.1"],
  ["8.7", "11.4"],
  ["8.9", "11.8"],
  ["9.0", "11.8"],
  ["10.0", "12.8"],
  ["12.0", "12.8"],
  ["10.3", "12.9"],
  ["12.1", "12.9"],
]);

/** What CUDA 12 and 13 have dropped: everything below. */
const oldest: readonly (readonly [cuda: string, architecture: string])[] = [
  ["13.0", "7.5"],
  ["12.0", "5.0"],
  ["11.0", "3.5"],
];

/**
 * Whether the nvcc of a CUDA release compiles for an architecture, written `8.6`; not for one that is not known here,
 * nor for one with a letter (`9.0a`), which only newer compilers take.
 */
export function compilesFor(architecture: string, cuda: string): boolean {
  if (!/^\d+\.\d$/.test(architecture)) return false;
  const first = firstCuda.get(architecture) ?? "10.0";
  if (compareVersions(architecture, "7.5") > 0 && !firstCuda.has(architecture)) return false;
  const least = oldest.find(([release]) => compareVersions(cuda, release) >= 0)?.[1] ?? "3.0";
  return compareVersions(cuda, first) >= 0 && compareVersions(architecture, least) >= 0;
}
