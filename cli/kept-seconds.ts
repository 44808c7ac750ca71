import { EngineFailure } from "../engine/failure.ts";

/** Long enough for the next command of somebody at work. */
const defaultSeconds = 60;
const mostSeconds = 3_600;

/**
 * How long the connection to an ssh host waits for the next command.
 *
 * @throws {EngineFailure} of cause `request`
 */
export function keptSeconds({ LAB_IMAGES_SSH_KEEP: text = "" }: NodeJS.ProcessEnv): number {
  if (text === "") return defaultSeconds;
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= mostSeconds) return seconds;
  throw new EngineFailure({
    cause: "request",
    what: `LAB_IMAGES_SSH_KEEP is "${text}"`,
    next: `Set it to the seconds that an ssh connection waits for the next command, at most ${mostSeconds}; 0 ends it with the command`,
  });
}
