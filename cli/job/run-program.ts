import { spawn } from "node:child_process";
import { constants } from "node:os";
import { exitCodes } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Runs a program with this one's own input and output; returns its exit code, that of shells where a signal ends it. Ctrl+C is
 * the program's, which a terminal sends it too: this one waits for what it makes of it.
 */
export function runProgram(words: readonly string[], terminal: Terminal): Promise<number> {
  const [program = "", ...args] = words;
  return new Promise((resolve) => {
    const leave = () => {};
    // Ahead of the program, which may be running before spawn is back.
    process.on("SIGINT", leave);
    const child = spawn(program, args, { stdio: "inherit" });
    const terminate = () => child.kill("SIGTERM");
    process.on("SIGTERM", terminate);
    const ended = (code: number) => {
      process.off("SIGINT", leave);
      process.off("SIGTERM", terminate);
      resolve(code);
    };
    child.on("error", (error) => {
      const missing = "code" in error && error.code === "ENOENT";
      const why = missing ? "it is not on the PATH; without --run the command is printed" : error.message;
      terminal.err(`lab-images: ${program} cannot be started: ${why}.\n`);
      ended(exitCodes.failed);
    });
    child.on("exit", (code, signal) => ended(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
