import * as vscode from "vscode";
import type { BuildRun } from "./build-run.ts";
import { RunTerminal } from "./run-terminal.ts";

interface Open {
  readonly terminal: vscode.Terminal;
  readonly pty: RunTerminal;
}

/** The terminals that builds are watched in: one for each that goes on; one that is free is used again. */
export class RunTerminals implements vscode.Disposable {
  readonly #open = new Set<Open>();
  readonly #listener = vscode.window.onDidCloseTerminal((terminal) => {
    for (const each of this.#open) if (each.terminal === terminal) this.#open.delete(each);
  });

  /** Shows a run in a terminal of its own. The panel and the keyboard stay where they are. */
  add(run: BuildRun): void {
    const free = [...this.#open].find(({ pty }) => !pty.run?.isRunning);
    const { pty } = free ?? this.#create(run.request.title);
    pty.show(run);
  }

  /** Brings a run's terminal to the front, the keyboard stays where it is; false where it has none any more. */
  reveal(run: BuildRun): boolean {
    const shown = [...this.#open].find(({ pty }) => pty.run === run);
    shown?.terminal.show(true);
    return shown !== undefined;
  }

  dispose(): void {
    this.#listener.dispose();
    for (const { terminal } of this.#open) terminal.dispose();
  }

  #create(name: string): Open {
    const pty = new RunTerminal();
    const iconPath = new vscode.ThemeIcon("package");
    const terminal = vscode.window.createTerminal({ name, pty, iconPath, isTransient: true });
    const open = { terminal, pty };
    this.#open.add(open);
    return open;
  }
}
