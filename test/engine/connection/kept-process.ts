import type { ChildProcess } from "node:child_process";
import type { Connection } from "../../../engine/connection/connection.ts";

/** The first line that a process prints. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (data) => {
      text += data;
      if (text.includes("\n")) resolve(text.split("\n")[0] ?? "");
    });
    child.on("exit", (code) => reject(new Error(`it ended with ${code}`)));
  });
}

/** Waits for the loss; the test's own timeout ends it. */
export async function lossWithin({ lost }: Connection): Promise<void> {
  if (!lost.aborted) await new Promise((resolve) => lost.addEventListener("abort", resolve));
}
