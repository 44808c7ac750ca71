import type { BuildDesk } from "./build-desk.ts";
import { RunTerminals } from "./run-terminals.ts";

/** A desk with terminals: they take what draws progress with them, so that they are loaded with the first build. */
export function openDesk(desk: Omit<BuildDesk, "terminals">): BuildDesk {
  return { ...desk, terminals: new RunTerminals() };
}
