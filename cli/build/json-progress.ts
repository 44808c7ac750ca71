import type { BuildEvent } from "../../engine/build/build-event.ts";
import type { BuildProgress, ProgressOutput } from "../../engine/progress/progress.ts";

/** The event stream itself, an event a line. */
export class JsonProgress implements BuildProgress {
  readonly #output: Pick<ProgressOutput, "write">;

  constructor(output: Pick<ProgressOutput, "write">) {
    this.#output = output;
  }

  show(event: BuildEvent): void {
    this.#output.write(`${JSON.stringify(event)}\n`);
  }

  /** Lines that are no events go elsewhere. */
  note(): void {}

  end(): void {}
}
