import type { Connections, ConnectOptions } from "../engine/connection/connection.ts";
import { createConnections } from "../engine/connection/create-connections.ts";
import { EngineFailure } from "../engine/failure.ts";
import { askAtTerminal } from "./ask-user.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { failureSentence } from "./failure-sentence.ts";
import { Interrupts } from "./interrupts.ts";
import type { Terminal } from "./terminal.ts";

/** How a command connects: Ctrl+C aborts the signal, questions go to the terminal where somebody sits at one. */
export type CommandOptions = ConnectOptions & { readonly signal: AbortSignal };

/**
 * Does `work` with connections that end with it. A failure is printed, unless `tell` does so. Returns the exit code.
 */
export async function withConnections(
  terminal: Pick<Terminal, "err">,
  work: (connections: Connections, options: CommandOptions) => Promise<number>,
  tell = (failure: EngineFailure) => terminal.err(`lab-images: ${failureSentence(failure.details)}\n`),
): Promise<number> {
  const interrupts = new Interrupts(() =>
    terminal.err("lab-images: cancelling; Ctrl+C once more quits at once\n"),
  );
  // Ssh ends with the command: the next one may be days away.
  const connections = createConnections({ graceMs: 0 });
  try {
    const ask = askAtTerminal(process.stdin, process.stderr);
    return await work(connections, { signal: interrupts.signal, ...(ask ? { ask } : {}) });
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    tell(error);
    return exitCodeOf(error.details.cause);
  } finally {
    interrupts.stop();
    await connections.close();
  }
}
