/** Events of several generators, each as it comes; none is asked for its next event before the last one was taken. */
export class MergedEvents<Event> {
  readonly #generators = new Set<AsyncGenerator<Event, void>>();
  /** What has come, the first first. Not raced for: each race would leave something behind at a generator that is silent. */
  readonly #come: Come<Event>[] = [];
  #wake: (() => void) | undefined;

  get size(): number {
    return this.#generators.size;
  }

  add(generator: AsyncGenerator<Event, void>): void {
    this.#generators.add(generator);
    this.#ask(generator);
  }

  /**
   * The next event of any; undefined where a generator has come to its end.
   * @throws what a generator throws
   */
  async next(): Promise<Event | undefined> {
    let next = this.#come.shift();
    while (!next) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      next = this.#come.shift();
    }
    const { generator } = next;
    if ("error" in next) {
      this.#generators.delete(generator);
      throw next.error;
    }
    if (next.result.done) {
      this.#generators.delete(generator);
      return undefined;
    }
    this.#ask(generator);
    return next.result.value;
  }

  /** Ends all of them; what they still say is not heard. */
  async close(): Promise<void> {
    const generators = [...this.#generators];
    this.#generators.clear();
    this.#come.length = 0;
    await Promise.allSettled(generators.map((generator) => generator.return()));
  }

  #ask(generator: AsyncGenerator<Event, void>): void {
    generator.next().then(
      (result) => this.#take({ generator, result }),
      (error: unknown) => this.#take({ generator, error }),
    );
  }

  #take(come: Come<Event>): void {
    if (!this.#generators.has(come.generator)) return;
    this.#come.push(come);
    this.#wake?.();
  }
}

type Come<Event> = { readonly generator: AsyncGenerator<Event, void> } & (
  | { readonly result: IteratorResult<Event, void> }
  | { readonly error: unknown }
);
