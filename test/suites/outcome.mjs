/**
 * What a suite gave. A suite whose part cannot be had on this machine is skipped, or some of its tests are, with the
 * reason; `leftOut` counts the tests that did not run, also those that say by themselves that they have no place here.
 * @typedef {{ passed: number, failed: number, leftOut?: number, skipped?: string }} Outcome
 */

export {};
