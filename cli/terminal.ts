import type { WriteStream } from "node:tty";

/** Where the program writes, and what can be shown there. */
export interface Terminal {
  /** Writes to stdout as it is. */
  out(text: string | Uint8Array): void;
  /** Writes to stderr as it is. */
  err(text: string): void;
  readonly colour: boolean;
  /** Cells in a line. */
  readonly width: number;
}

/** What is read without breaking in a log or a pager. */
const widthWithoutTerminal = 120;
const narrowest = 40;

type Stream = NodeJS.WriteStream & Partial<Pick<WriteStream, "columns">>;

/** Opens the two streams. A reader that went away (`| head`) is no failure. */
export function openTerminal(stdout: Stream, stderr: Stream, env: NodeJS.ProcessEnv): Terminal {
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    stderr.write(
      `lab-images: the output could not be written: ${error.message}. Free some space, or write it elsewhere.\n`,
    );
    process.exitCode = 2;
  });
  stderr.on("error", () => {});
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colour: wantsColour(stdout, env),
    width: Math.max(narrowest, stdout.columns || Number(env.COLUMNS) || widthWithoutTerminal),
  };
}

/** Whether a stream gets colour: `FORCE_COLOR` wins over `NO_COLOR`, as in Node itself; without either, a terminal gets colour. */
export function wantsColour(stdout: Stream, env: NodeJS.ProcessEnv): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env.NO_COLOR) return false;
  return stdout.isTTY === true && env.TERM !== "dumb";
}
