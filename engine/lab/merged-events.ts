/** Events of several generators, each as it comes; none is asked for its next event before the last one was taken. */
export class MergedEvents<Event> {
  readonly #next = new Map<AsyncGenerator<Event, void>, Promise<Taken<Event>>>();

  get size(): number {
    return this.#next.size;
  }

  add(generator: AsyncGenerator<Event, void>): void {
    this.#ask(generator);
  }

  /**
   * The next event of any; undefined where a generator has come to its end.
   * @throws what a generator throws
   */
  async next(): Promise<Event | undefined> {
    const { generator, result } = await Promise.race(this.#next.values());
    // Asked again it stands behind the others: one that always has something to say does not silence them.
    this.#next.delete(generator);
    if (result.done) return undefined;
    this.#ask(generator);
    return result.value;
  }

  /** Ends all of them; what they still say is not heard. */
  async close(): Promise<void> {
    const generators = [...this.#next.keys()];
    this.#next.clear();
    await Promise.allSettled(generators.map((generator) => generator.return()));
  }

  #ask(generator: AsyncGenerator<Event, void>): void {
    const next = generator.next().then((result) => ({ generator, result }));
    // Looked at when it is raced; after the end nobody does.
    next.catch(() => {});
    this.#next.set(generator, next);
  }
}

interface Taken<Event> {
  readonly generator: AsyncGenerator<Event, void>;
  readonly result: IteratorResult<Event, void>;
}
