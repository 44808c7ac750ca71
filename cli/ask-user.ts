import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { AskUser } from "../engine/connection/connection.ts";
import { printable } from "../engine/progress/cells.ts";

/** Asks at the terminal what ssh wants to know, secrets without an echo; undefined where nobody sits at one. */
export function askAtTerminal(stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): AskUser | undefined {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return ({ prompt, kind }, signal) => {
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      input: stdin,
      output: kind === "secret" ? silent : stderr,
      terminal: true,
    });
    // Not before: what is typed at a prompt while the terminal still echoes is shown.
    stderr.write(`${prompt.split("\n").map(printable).join("\n").trimEnd()} `);
    return new Promise((resolve) => {
      const finish = (answer: string | undefined) => {
        lines.close();
        if (kind === "secret") stderr.write("\n");
        resolve(answer);
      };
      lines.once("line", finish);
      lines.once("SIGINT", () => {
        // While lines are read Ctrl+C is a key, not a signal.
        process.emit("SIGINT");
        finish(undefined);
      });
      signal.addEventListener("abort", () => finish(undefined), { once: true });
    });
  };
}
