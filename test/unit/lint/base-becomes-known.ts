/** The rules whose fixes put another base into FROM. */
const changesBase: ReadonlySet<string> = new Set([
  "cuda/unknown-tag",
  "cuda/removed-tag",
  "cuda/driver",
  "base/floating-tag",
]);

/** The rules that are silent about a base that does not exist, or stands for another image every month. */
const needsBase: ReadonlySet<string> = new Set([
  "cuda/devel-in-final",
  "cuda/driver",
  "cuda/torch-index",
  "cuda/arch-list",
  "pip/externally-managed",
  "base/end-of-life",
  "apt/mirror",
  "apt/noninteractive",
  "env/library-path",
]);

/** Whether a fix of rule `fixed` may let rule `found` speak: the base is known only afterwards, or another one. */
export function baseBecomesKnown(fixed: string, found: string): boolean {
  return changesBase.has(fixed) && needsBase.has(found);
}
