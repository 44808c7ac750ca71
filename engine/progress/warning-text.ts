import type { BuildEvent } from "../build/build-event.ts";

/** A warning of the daemon's as a line, with its place in the Dockerfile. */
export function warningText({ message, lines }: Extract<BuildEvent, { kind: "warning" }>): string {
  return `WARN: ${message}${lines ? ` (line ${lines.start})` : ""}`;
}
