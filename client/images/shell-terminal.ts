import { StringDecoder } from "node:string_decoder";
import * as vscode from "vscode";
import type { Connection } from "../../engine/connection/connection.ts";
import type { ContainerShell } from "../../engine/images/open-shell.ts";

/** A shell in a container as a terminal of the editor. The container goes with the terminal, and the terminal with it. */
export class ShellTerminal implements vscode.Pseudoterminal {
  readonly #shell: ContainerShell;
  readonly #connection: Connection;
  readonly #written = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.#written.event;
  readonly #closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.#closed.event;
  #isClosed = false;

  /** `connection` is let go of with the shell. */
  constructor(shell: ContainerShell, connection: Connection) {
    this.#shell = shell;
    this.#connection = connection;
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    if (size) this.setDimensions(size);
    const decoder = new StringDecoder("utf8");
    this.#shell.terminal.on("data", (bytes: Buffer) => this.#written.fire(decoder.write(bytes)));
    void this.#untilEnd();
  }

  handleInput(text: string): void {
    if (!this.#isClosed) this.#shell.terminal.write(text);
  }

  setDimensions(size: vscode.TerminalDimensions): void {
    void this.#shell.resize(size);
  }

  close(): void {
    this.#isClosed = true;
    void this.#shell.close().then(() => this.#connection.close());
  }

  /** The editor calls `close` only where the user closes the terminal: not when the shell has ended. */
  async #untilEnd(): Promise<void> {
    try {
      // What the last command gave is no fault of the terminal's.
      await this.#shell.exitCode();
      if (!this.#isClosed) this.#closed.fire();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // The terminal stays: what it shows is all that is left.
      if (!this.#isClosed) this.#written.fire(`\r\n${reason}\r\n`);
    }
    this.close();
  }
}
