import type { ChildProcess } from "node:child_process";

/** What ssh has started, such as a jump host's connection that is kept, may hold its pipes for hours after its end. */
const stderrMs = 500;

/** The exit code, when what it wrote has been read; null for a signal or a command that could not start. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("close", (code) => resolve(code));
    child.once("exit", (code) => setTimeout(resolve, stderrMs, code).unref());
    child.once("error", () => resolve(null));
  });
}
