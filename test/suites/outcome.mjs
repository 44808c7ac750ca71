/**
 * What a suite gave. A suite whose part cannot be had on this machine is skipped, with the reason.
 * @typedef {{ passed: number, failed: number, skipped?: string }} Outcome
 */

export {};
