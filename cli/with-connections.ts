import type { Connections, ConnectOptions } from "../engine/connection/connection.ts";
import { createConnections } from "../engine/connection/create-connections.ts";
import { EngineFailure } from "../engine/failure.ts";
import { askAtTerminal } from "./ask-user.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { failureSentence } from "./failure-sentence.ts";
import { Interrupts } from "./interrupts.ts";
import { keptSeconds } from "./kept-seconds.ts";
import type { Terminal } from "./terminal.ts";

/** How a command connects: Ctrl+C aborts the signal, questions go to the terminal where somebody sits at one. */
export type CommandOptions = ConnectOptions & { readonly signal: AbortSignal };

/** What is left to the caller of {@link withConnections}. */
export interface ConnectionsUse {
  /** Has ssh connections kept for the user's next command; else they end with this one, and begin with it. */
  readonly keeps?: boolean;
  /** Prints a failure in its place. */
  readonly tell?: ((failure: EngineFailure) => void) | undefined;
}

/** Does `work` with connections that end with it. A failure is printed. Returns the exit code. */
export async function withConnections(
  terminal: Pick<Terminal, "err">,
  work: (connections: Connections, options: CommandOptions) => Promise<number>,
  { keeps = false, tell }: ConnectionsUse = {},
): Promise<number> {
  const interrupts = new Interrupts(() =>
    terminal.err("lab-images: cancelling; Ctrl+C once more quits at once\n"),
  );
  let connections: Connections | undefined;
  try {
    connections = createConnections({ graceMs: 0, keepSeconds: keeps ? keptSeconds(process.env) : 0 });
    const ask = askAtTerminal(process.stdin, process.stderr);
    return await work(connections, { signal: interrupts.signal, ...(ask ? { ask } : {}) });
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    if (tell) tell(error);
    else terminal.err(`lab-images: ${failureSentence(error.details)}\n`);
    return exitCodeOf(error.details.cause);
  } finally {
    interrupts.stop();
    await connections?.close();
  }
}
