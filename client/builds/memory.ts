/** As much of VS Code's `Memento` as is needed: JSON values that outlive the window. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}
