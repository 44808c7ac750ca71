import type { LabBuildEvent } from "../../engine/lab/lab-build-event.ts";
import type { LiveScreen } from "../../engine/progress/live-region.ts";
import { PlainLabProgress } from "../../engine/progress/plain-lab-progress.ts";
import { TtyLabProgress } from "../../engine/progress/tty-lab-progress.ts";
import type { ProgressKind } from "./progress-kind.ts";

const narrow = 80;
const low = 24;

/** What is shown of builds while they go on. */
export interface LabBuildProgress {
  show(event: LabBuildEvent): void;
  /** Shows a line that is no event's. */
  note(line: string): void;
  /** Shows what was held back; nothing is shown after it. */
  end(): void;
}

/** The progress that was asked for. */
export function chooseProgress(
  kind: Exclude<ProgressKind, "auto">,
  screen: LiveScreen,
  out: (text: string) => void,
): LabBuildProgress {
  switch (kind) {
    case "tty":
      return new TtyLabProgress(screen);
    case "plain":
      return new PlainLabProgress(screen);
    case "json":
      return new JsonLines(out);
  }
}

/** The event stream itself, an event a line. */
class JsonLines implements LabBuildProgress {
  readonly #out: (text: string) => void;

  constructor(out: (text: string) => void) {
    this.#out = out;
  }

  show(event: LabBuildEvent): void {
    const plain =
      event.kind === "finished" ? { ...event, outcomes: Object.fromEntries(event.outcomes) } : event;
    this.#out(`${JSON.stringify(plain)}\n`);
  }

  /** Lines that are no events go elsewhere. */
  note(): void {}

  end(): void {}
}

/** What `auto` comes to on this stream. */
export function knownKind(
  kind: ProgressKind,
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Exclude<ProgressKind, "auto"> {
  if (kind !== "auto") return kind;
  return stream.isTTY && env.TERM !== "dumb" ? "tty" : "plain";
}

/** The terminal behind a stream. */
export function screenOf(stream: NodeJS.WriteStream, colour: boolean): LiveScreen {
  return {
    write: (text) => void stream.write(text),
    colour,
    width: () => stream.columns || narrow,
    height: () => stream.rows || low,
  };
}
