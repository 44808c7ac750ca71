/** Ends something, as VS Code has it. */
export interface Disposable {
  dispose(): void;
}

/** Listens until what it gives is disposed of; of the same shape as VS Code's events. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Tells listeners of an event; for models that know nothing of VS Code. */
export class Emitter<T> {
  readonly #listeners = new Set<{ readonly tell: (value: T) => void }>();

  readonly event: Event<T> = (listener) => {
    const entry = { tell: listener };
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  };

  /** Tells all who listen now; what one of them throws reaches neither the others nor who fires. */
  fire(value: T): void {
    for (const { tell } of [...this.#listeners])
      try {
        tell(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
  }
}
