/** How many texts a property is tried on: as many as said, and in `npm run fuzz` as many as that asks for. */
export function numberOfRuns(usual: number): number {
  return Number(process.env.LAB_IMAGES_FUZZ_RUNS) || usual;
}

/**
 * How long (ms) a property may take. A run of the slowest takes some 40 ms, several times that beside other work; nothing
 * interrupts a property, so this only tells one that has become slow.
 */
export function timeLimit(numRuns: number): number {
  return 60_000 + numRuns * 500;
}
