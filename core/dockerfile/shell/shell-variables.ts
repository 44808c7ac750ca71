/** What a script itself set so far, by name; `null` where the value cannot be known. */
export class ShellVariables {
  readonly #values = new Map<string, string | null>();
  /** What the names that the branch at hand has set were worth before it; undefined outside of every branch. */
  #before: Map<string, string | null | undefined> | undefined;

  get(name: string): string | null | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string | null): void {
    if (this.#before && !this.#before.has(name)) this.#before.set(name, this.#values.get(name));
    this.#values.set(name, value);
  }

  /**
   * Runs `walks`, each of what may run or not, none after another of them: each begins with the values from before, and
   * what any of them has changed is not known afterwards.
   */
  branch(...walks: (() => void)[]): void {
    const uncertain = new Set<string>();
    const outer = this.#before;
    for (const walk of walks) {
      const before = new Map<string, string | null | undefined>();
      this.#before = before;
      walk();
      for (const [name, value] of before) {
        if (this.#values.get(name) !== value) uncertain.add(name);
        if (value === undefined) this.#values.delete(name);
        else this.#values.set(name, value);
      }
    }
    this.#before = outer;
    for (const name of uncertain) this.set(name, null);
  }
}
