/** What the exit code says. */
export const exitCodes = {
  /** Nothing found at or above `--fail-on`. */
  fine: 0,
  /** Something found. */
  found: 1,
  /** Bad usage, or a file that could not be read or written. */
  failed: 2,
} as const;
