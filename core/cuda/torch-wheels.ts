import { torchRows } from "./catalogue.ts";
import type { TorchRow } from "./catalogue-format.ts";
import { compareVersions, versionNumbers } from "./releases.ts";

/** PyTorch's indices of releases older than the catalogue's rows, and of rows that list some of them only. */
const older = "cu75 cu80 cu90 cu91 cu92 cu100 cu101 cu110 cu115".split(" ");

const indices: ReadonlySet<string> = new Set([
  ...older,
  ...torchRows.flatMap((row) => row.wheels.split(" ")),
]);

/** PyTorch tries a new CUDA in its nightly index first; these are not there either. */
const neverNightly: ReadonlySet<string> = new Set(["cu122", "cu123", "cu125", "cu127"]);

/** The CUDA of an index: `12.1` for `cu121`, `10.2` for `cu102`, `9.2` for `cu92`; undefined for `cpu` and the like. */
export function indexCuda(index: string): string | undefined {
  const digits = /^cu(\d{2,3})$/.exec(index)?.[1];
  return digits && `${Number(digits.slice(0, -1))}.${digits.slice(-1)}`;
}

const newestCuda = [...indices]
  .map((index) => indexCuda(index) ?? "0")
  .sort(compareVersions)
  .at(-1)!;

/** Whether PyTorch never published an index of that name; one of a newer CUDA than the catalogue knows is not judged. */
export function isUnpublishedIndex(index: string, nightly = false): boolean {
  const cuda = indexCuda(index);
  if (cuda === undefined || indices.has(index)) return false;
  return compareVersions(cuda, newestCuda) < 0 && (!nightly || neverNightly.has(index));
}

/** CUDA releases of the `pytorch-cuda` package, which ended with PyTorch 2.5. */
export const condaReleases: readonly string[] = ["11.6", "11.7", "11.8", "12.1", "12.4"];

/** The row of a torch version: `2.5` for `2.5.1`. */
function rowOf(torch: string): TorchRow | undefined {
  const minor = torch.split(".", 2).join(".");
  return torchRows.find((row) => row.torch === minor);
}

/**
 * The index nearest to a CUDA version, of the same major: the newest that is not newer, else the oldest. With a torch
 * version only those that have it.
 */
export function nearestIndex(cuda: string, torch: string | undefined): string | undefined {
  const row = torch === undefined ? undefined : rowOf(torch);
  if (torch !== undefined && !row) return undefined;
  const candidates = row ? row.wheels.split(" ") : torchRows.flatMap(({ wheels }) => wheels.split(" "));
  return nearest(
    cuda,
    [...new Set(candidates)].map((index) => [index, indexCuda(index) ?? ""] as const),
  );
}

/** As {@link nearestIndex}, of the `pytorch-cuda` packages. */
export function nearestCondaRelease(cuda: string): string | undefined {
  return nearest(
    cuda,
    condaReleases.map((release) => [release, release] as const),
  );
}

function nearest(wish: string, candidates: readonly (readonly [string, string])[]): string | undefined {
  const [major] = versionNumbers(wish);
  const same = candidates
    .filter(([, cuda]) => versionNumbers(cuda)[0] === major)
    .sort(([, a], [, b]) => compareVersions(a, b));
  return (same.findLast(([, cuda]) => compareVersions(cuda, wish.split(".", 2).join(".")) <= 0) ??
    same[0])?.[0];
}

const statedDefaults = torchRows.filter(({ pypi }) => pypi !== undefined);

/** What `pip install torch` takes from PyPI today: the newest torch, and the CUDA of its build, as far as stated. */
export const pypiDefault = {
  since: statedDefaults[0]?.torch ?? "",
  cuda: indexCuda(statedDefaults[0]?.pypi ?? "") ?? "",
  /** The first Python that it has wheels for. */
  python: torchRows[0]?.python?.split("-")[0] ?? "",
};

/** The index that holds today's torch for a CUDA major: the oldest of that major, which runs on most GPUs and drivers. */
export function newestTorchIndex(major: number): string | undefined {
  const row = torchRows.find(({ wheels }) => wheels.split(" ").some((index) => majorOf(index) === major));
  return row?.wheels.split(" ").find((index) => majorOf(index) === major);
}

/** Whether an index has the newest torch, so that pip prefers it to PyPI's. */
export function hasNewestTorch(index: string): boolean {
  return torchRows[0]?.wheels.split(" ").includes(index) ?? false;
}

function majorOf(index: string): number | undefined {
  const cuda = indexCuda(index);
  return cuda === undefined ? undefined : versionNumbers(cuda)[0];
}
