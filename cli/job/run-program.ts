import { spawn } from "node:child_process";
import { exitCodes } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";

/** Runs a program with this one's own input and output; returns its exit code. */
export function runProgram(words: readonly string[], terminal: Terminal): Promise<number> {
  const [program = "", ...args] = words;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", (error) => {
      const missing = "code" in error && error.code === "ENOENT";
      const why = missing ? "it is not on the PATH; without --run the command is printed" : error.message;
      terminal.err(`lab-images: ${program} cannot be started: ${why}.\n`);
      resolve(exitCodes.failed);
    });
    child.on("exit", (code) => resolve(code ?? exitCodes.failed));
  });
}
