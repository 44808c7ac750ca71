/** Ctrl+C: the first one cancels, the second one quits at once. */
export class Interrupts {
  readonly #controller = new AbortController();
  readonly #onInterrupt = () => this.#interrupted();
  readonly #tell: () => void;

  /** `tell` is called at the first one. */
  constructor(tell: () => void) {
    this.#tell = tell;
    process.on("SIGINT", this.#onInterrupt);
    process.on("SIGTERM", this.#onInterrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ctrl+C ends the program again. */
  stop(): void {
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGTERM", this.#onInterrupt);
  }

  #interrupted(): void {
    if (this.#controller.signal.aborted) process.exit(130);
    this.#tell();
    this.#controller.abort();
  }
}
