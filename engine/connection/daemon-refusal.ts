import { plainText } from "../plain-text.ts";

/** A daemon that answered, and does not do what it was asked. */
export interface DaemonRefusal {
  /** HTTP's: 404 no such thing, 409 in use, 500 it failed. */
  readonly status: number;
  /** In the daemon's words. */
  readonly said: string;
}

/** What a daemon said with an error's status; undefined for an error that says nothing of the daemon's mind. */
export function refusalOf(error: unknown): DaemonRefusal | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  const { statusCode, message } = error;
  if (typeof statusCode !== "number") return undefined;
  // docker-modem has the answer's text within its own words.
  const said = message.replace(/^\(HTTP code \d+\) .*? - /s, "").trim();
  return { status: statusCode, said: plainText(said) };
}
