import type { LiveScreen } from "../../engine/progress/live-region.ts";
import { PlainProgress } from "../../engine/progress/plain-progress.ts";
import type { BuildProgress } from "../../engine/progress/progress.ts";
import { TtyProgress } from "../../engine/progress/tty-progress.ts";
import { JsonProgress } from "./json-progress.ts";
import type { ProgressKind } from "./progress-kind.ts";

const narrow = 80;
const low = 24;

/** The progress that was asked for; `auto` draws where there is a terminal that can. */
export function chooseProgress(
  kind: Exclude<ProgressKind, "auto">,
  screen: LiveScreen,
  out: (text: string) => void,
): BuildProgress {
  switch (kind) {
    case "tty":
      return new TtyProgress(screen);
    case "plain":
      return new PlainProgress(screen);
    case "json":
      return new JsonProgress({ write: out });
  }
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
