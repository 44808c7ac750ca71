/**
 * The value that `share` of the values do not exceed (nearest rank).
 * @param {readonly number[]} values
 * @param {number} share between 0 and 1
 * @returns {number} NaN for no values
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** @param {readonly number[]} values */
export const p90 = (values) => quantile(values, 0.9);

/**
 * The power of a size that a time grows with between two measurements: 1 is linear, 2 quadratic.
 * @param {{ size: number, time: number }} small
 * @param {{ size: number, time: number }} large
 */
export const growthPower = (small, large) =>
  Math.log(large.time / small.time) / Math.log(large.size / small.size);

/**
 * Who comes after whom in a round: each is the first now and then, which is an advantage on a busy disk.
 * @template Contender
 * @param {readonly Contender[]} contenders
 * @param {number} round
 * @returns {Contender[]}
 */
export function inTurn(contenders, round) {
  const first = round % contenders.length;
  return [...contenders.slice(first), ...contenders.slice(0, first)];
}
