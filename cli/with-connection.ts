import type { Connection } from "../engine/connection/connection.ts";
import { createConnections } from "../engine/connection/create-connections.ts";
import { type NamedHosts, resolveHost } from "../engine/connection/resolve-host.ts";
import { EngineFailure } from "../engine/failure.ts";
import { askAtTerminal } from "./ask-user.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { failureSentence } from "./failure-sentence.ts";
import { Interrupts } from "./interrupts.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Connects to the host that was named, else to the one that the machine's configuration names, and does `work` there.
 * Ctrl+C aborts the signal; a failure is printed, unless `tell` does so. Returns the exit code.
 */
export async function withConnection(
  named: NamedHosts,
  terminal: Pick<Terminal, "err">,
  work: (connection: Connection, signal: AbortSignal) => Promise<number>,
  tell = (failure: EngineFailure) => terminal.err(`lab-images: ${failureSentence(failure.details)}\n`),
): Promise<number> {
  const interrupts = new Interrupts(() =>
    terminal.err("lab-images: cancelling; Ctrl+C once more quits at once\n"),
  );
  // Ssh ends with the command: the next one may be days away.
  const connections = createConnections({ graceMs: 0 });
  try {
    const { signal } = interrupts;
    const ask = askAtTerminal(process.stdin, process.stderr);
    const host = await resolveHost(named);
    const connection = await connections.connect(host, { signal, ...(ask ? { ask } : {}) });
    return await work(connection, signal);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    tell(error);
    return exitCodeOf(error.details.cause);
  } finally {
    interrupts.stop();
    await connections.close();
  }
}
