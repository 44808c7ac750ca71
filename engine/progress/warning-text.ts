import type { BuildEvent } from "../build/build-event.ts";
import { printable } from "./cells.ts";
import { oneLine } from "./one-line.ts";

/** A warning of the daemon's as a line, with its place in the Dockerfile. */
export function warningText({ message, lines }: Extract<BuildEvent, { kind: "warning" }>): string {
  return `WARN: ${printable(oneLine(message))}${lines ? ` (line ${lines.start})` : ""}`;
}
