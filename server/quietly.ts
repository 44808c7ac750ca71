import type { Connection } from "vscode-languageserver";

/** Lets what was asked of the editor go on by itself: where it refuses, that is logged there, and the server goes on. */
export function quietly(connection: Connection, asked: Promise<unknown> | undefined): void {
  asked?.catch((error: unknown) => connection.console.warn(`The editor refused a request: ${error}`));
}
