import type { FailureCause } from "../engine/failure.ts";

/** What the exit code says. */
export const exitCodes = {
  /** Nothing found at or above `--fail-on`; built, pushed. */
  fine: 0,
  /** Something found; the build or the push failed. */
  found: 1,
  /** Bad usage, or a file that could not be read or written. */
  failed: 2,
  /** No daemon answers, or the way to it is gone. */
  unreachable: 3,
  /** A host or a registry does not take this user. */
  notAuthorised: 4,
  /** As shells have it for a program that Ctrl+C ended. */
  cancelled: 130,
} as const;

/** The exit code for what the engine could not do. */
export function exitCodeOf(cause: FailureCause): number {
  switch (cause) {
    case "no-daemon":
    case "ssh-unreachable":
    case "ssh-forwarding":
    case "connection-lost":
      return exitCodes.unreachable;
    case "permission":
    case "ssh-host-key":
    case "ssh-auth":
    case "registry-auth":
      return exitCodes.notAuthorised;
    case "request":
      return exitCodes.failed;
    case "cancelled":
      return exitCodes.cancelled;
    default:
      return exitCodes.found;
  }
}
