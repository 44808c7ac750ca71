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
  const { statusCode, json, message } = error as Error & {
    statusCode: unknown;
    json?: { message?: unknown };
  };
  if (typeof statusCode !== "number") return undefined;
  // Where docker-modem has the answer's text only within its own words.
  const within = message.replace(/^\(HTTP code \d+\) .*? - /s, "").trim();
  return { status: statusCode, said: plainText(typeof json?.message === "string" ? json.message : within) };
}
