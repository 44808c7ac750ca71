import type { BuildEvent } from "../build/build-event.ts";

/** What is shown of a build while it goes on. */
export interface BuildProgress {
  show(event: BuildEvent): void;
  /** Shows a line that is no event's. */
  note(line: string): void;
  /** Shows what was held back; nothing is shown after it. */
  end(): void;
}

/** Where progress is written. */
export interface ProgressOutput {
  write(text: string): void;
  readonly colour: boolean;
}
