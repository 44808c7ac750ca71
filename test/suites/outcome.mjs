/**
 * What a suite gave. A suite whose part cannot be had on this machine is skipped, or some of its tests are, with the
 * reason; `leftOut` counts the tests that did not run, also those that say by themselves that they have no place here.
 * @typedef {{
 *   passed: number,
 *   failed: number,
 *   leftOut?: number,
 *   skipped?: string,
 *   failures?: readonly TestFailure[],
 *   secondTries?: readonly TestFailure[],
 * }} Outcome `secondTries` are those whose first run failed and whose second passed: they count as passed
 */

/**
 * @typedef {{ test: string, message: string }} TestFailure the test by its full name, and the first line of why
 */

export {};
