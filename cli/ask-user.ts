import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { printable } from "../engine/progress/cells.ts";

/** A question to whoever sits at the terminal; what answers a secret one is not shown, and a notice has no answer. */
export interface TerminalQuestion {
  readonly kind: "secret" | "confirm" | "text" | "notice";
  readonly prompt: string;
}

/** The line that was typed; undefined for Ctrl+C, Ctrl+D, and where the signal is aborted. */
export type AskAtTerminal = (question: TerminalQuestion, signal: AbortSignal) => Promise<string | undefined>;

/** Asks at the terminal what ssh or a registry wants to know; undefined where nobody sits at one. */
export function askAtTerminal(
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WriteStream,
): AskAtTerminal | undefined {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return async ({ prompt, kind }, signal) => {
    if (signal.aborted) return undefined;
    const lineOf = (text: string) => text.split("\n").map(printable).join("\n").trimEnd();
    if (kind === "notice") {
      stderr.write(`${lineOf(prompt)}\n`);
      return undefined;
    }
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      input: stdin,
      output: kind === "secret" ? silent : stderr,
      terminal: true,
    });
    const shown = `${lineOf(prompt)} `;
    // Not before: what is typed at a prompt while the terminal still echoes is shown.
    if (kind === "text") {
      // As its own prompt: it draws the line anew while it is edited.
      lines.setPrompt(shown);
      lines.prompt();
    } else stderr.write(shown);
    return new Promise((resolve) => {
      const finish = (answer: string | undefined) => {
        // Ahead of the close, which answers too.
        resolve(answer);
        lines.close();
        if (kind === "secret") stderr.write("\n");
      };
      const onAbort = () => finish(undefined);
      lines.once("line", finish);
      // Ctrl+D.
      lines.once("close", () => {
        signal.removeEventListener("abort", onAbort);
        resolve(undefined);
      });
      lines.once("SIGINT", () => {
        // While lines are read Ctrl+C is a key, not a signal.
        process.emit("SIGINT");
        finish(undefined);
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  };
}
