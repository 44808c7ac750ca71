import type { Disposable } from "../emitter.ts";
import type { RunAgain } from "./build-run.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { Memory } from "./memory.ts";

/** A run that went on when its window closed. */
export interface InterruptedRun {
  readonly title: string;
  readonly again: RunAgain;
}

const key = "labImages.buildsUnderWay";

/** Remembers which runs go on, so that the next window can tell which ones ended with this one. */
export class InterruptedRuns implements Disposable {
  /** Those of the window before. */
  readonly left: readonly InterruptedRun[];
  readonly #listeners: readonly Disposable[];

  constructor(memory: Memory, runs: BuildRuns) {
    const kept = memory.get(key);
    this.left = Array.isArray(kept) ? kept.filter(isInterrupted) : [];
    const keep = () =>
      void memory.update(
        key,
        runs.running.map(({ request: { title, again } }): InterruptedRun => ({ title, again })),
      );
    if (this.left.length > 0) keep();
    this.#listeners = [runs.onDidStart(keep), runs.onDidEnd(keep)];
  }

  /** The window closes: what goes on now is what it interrupts. */
  dispose(): void {
    for (const each of this.#listeners) each.dispose();
  }
}

/** Of another version of this extension may be anything. */
function isInterrupted(value: unknown): value is InterruptedRun {
  const { title, again } = (value ?? {}) as Partial<InterruptedRun>;
  const { kind, path, wish } = (again ?? {}) as Partial<RunAgain>;
  return (
    typeof title === "string" &&
    typeof path === "string" &&
    (kind === "image" || kind === "push" || kind === "stale") &&
    typeof wish?.pushes === "boolean" &&
    (wish.host === undefined || typeof wish.host === "string")
  );
}
