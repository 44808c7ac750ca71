import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Duplex } from "node:stream";
import { exitOf } from "./exit-of.ts";

/** A command on the host that ended without an answer of the daemon. */
export class StdioFailure extends Error {
  /** 127 where the host has no such command, 255 where ssh itself failed; null for a signal. */
  readonly exit: number | null;
  /** What it printed, errors first. */
  readonly output: string;

  constructor(exit: number | null, output: string) {
    super(output.trim() || `the command on the host ended with code ${exit ?? "unknown"}`);
    this.name = "StdioFailure";
    this.exit = exit;
    this.output = output;
  }
}

const keptOutput = 8_192;
/** What an answer begins with. */
const answerStart = "HTTP/1.";

/**
 * The two pipes of a process as the socket that Node's http client takes them for. What the login prints ahead of the first
 * answer, as many greet there, is left out.
 */
export class StdioSocket extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = "";
  #greeting = Buffer.alloc(0);
  #answered = false;

  constructor(child: ChildProcessWithoutNullStreams) {
    super();
    this.#child = child;
    child.stdout.on("data", (data: Buffer) => {
      const answer = this.#answered ? data : this.#answerIn(data);
      if (answer && !this.push(answer)) child.stdout.pause();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptOutput);
    });
    // Its end is reported when the process has ended, with the reason where there is one.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on("error", () => {});
    child.once("error", (error) => this.destroy(error));
    child.once("close", () => {
      if (this.#answered) this.push(null);
    });
    void exitOf(child).then((code) => {
      if (!this.#answered) this.destroy(new StdioFailure(code, `${this.#stderr}\n${this.#greeting}`));
    });
  }

  /** From where the first answer begins; undefined as long as it does not. */
  #answerIn(data: Buffer): Buffer | undefined {
    const output = Buffer.concat([this.#greeting, data]);
    const start = output.indexOf(answerStart);
    this.#answered = start >= 0;
    this.#greeting = output.subarray(-keptOutput);
    return this.#answered ? output.subarray(start) : undefined;
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(data, (error) => done(error && this.#answered ? error : null));
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // What http asks of a socket and pipes have not.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
