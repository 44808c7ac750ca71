import type { Connection } from "../engine/connection/connection.ts";
import { type NamedHosts, resolveHost } from "../engine/connection/resolve-host.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { Terminal } from "./terminal.ts";
import { withConnections } from "./with-connections.ts";

/**
 * Connects to the host that was named, else to the one that the machine's configuration names, and does `work` there.
 * Ctrl+C aborts the signal; a failure is printed, unless `tell` does so. Returns the exit code.
 */
export function withConnection(
  named: NamedHosts,
  terminal: Pick<Terminal, "err">,
  work: (connection: Connection, signal: AbortSignal) => Promise<number>,
  tell?: (failure: EngineFailure) => void,
): Promise<number> {
  return withConnections(
    terminal,
    async (connections, options) => {
      const connection = await connections.connect(await resolveHost(named), options);
      return work(connection, options.signal);
    },
    { keeps: true, tell },
  );
}
