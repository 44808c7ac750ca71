/**
 * Why something on a host did not work, as far as the way out of it differs:
 *
 * - `no-daemon`: nothing listens at the socket, or the daemon does not answer;
 * - `permission`: a daemon is there, and this user may not use it;
 * - `ssh-unreachable`: the host's name does not resolve, or nothing answers there;
 * - `ssh-host-key`: the host's key is unknown and was not accepted, or is another than the known one;
 * - `ssh-auth`: the host accepts none of the user's keys, and no password;
 * - `ssh-forwarding`: logged in, but neither a tunnel to the daemon nor a Docker CLI is to be had;
 * - `connection-lost`: it worked, and then the connection or the daemon went away;
 * - `registry-auth`: a registry wants a login, or refuses this one for this repository;
 * - `registry`: a registry that is there answers with an error (no such image, quota, a fault of its own);
 * - `network`: a host that is neither the daemon nor the SSH host cannot be reached;
 * - `disk-full`: no space left on the daemon's host;
 * - `dockerfile`: the Dockerfile itself: it does not parse, a file is missing, or a command in it fails;
 * - `request`: what was asked for cannot be done (no such build argument file, no Dockerfile, a bad tag);
 * - `cancelled`: the user ended it;
 * - `fault`: a fault of the daemon or of this program.
 */
export type FailureCause =
  | "no-daemon"
  | "permission"
  | "ssh-unreachable"
  | "ssh-host-key"
  | "ssh-auth"
  | "ssh-forwarding"
  | "connection-lost"
  | "registry-auth"
  | "registry"
  | "network"
  | "disk-full"
  | "dockerfile"
  | "request"
  | "cancelled"
  | "fault";

/** What went wrong, in the words that a user is shown. Never holds a password or a token. */
export interface FailureDetails {
  readonly cause: FailureCause;
  /** What failed and where, one sentence without the full stop: `cannot reach the daemon at unix:///…`. */
  readonly what: string;
  /** What the other side said, as it said it (ANSI codes stripped); undefined where it said nothing. */
  readonly said?: string;
  /** What to do about it, one sentence that begins with a verb. */
  readonly next?: string;
  /** The registry, where a login to it may help (`registry-auth`) or none answers on the host's own loopback (`network`). */
  readonly registry?: string;
}

/** A failure that a user can do something about: thrown by the engine, shown by the editor and the terminal. */
export class EngineFailure extends Error {
  readonly details: FailureDetails;

  constructor(details: FailureDetails, options?: ErrorOptions) {
    super(sentenceOf(details), options);
    this.name = "EngineFailure";
    this.details = details;
  }
}

/** The details of whatever was thrown: `what` is said of an error that nobody foresaw, with what it says itself. */
export function detailsOf(error: unknown, what?: string): FailureDetails {
  if (error instanceof EngineFailure) return error.details;
  const said = error instanceof Error ? error.message : String(error);
  return { cause: "fault", ...(what === undefined ? { what: said } : { what, said }) };
}

/** The details as one text: what, what was said, what to do. */
export function sentenceOf({ what, said, next }: FailureDetails): string {
  const found = `${what}${said ? `: ${said.trim()}` : ""}`.replace(/([^.!?])$/, "$1.");
  return `${found}${next ? ` ${next}` : ""}`.replace(/([^.!?])$/, "$1.");
}
