import type Docker from "dockerode";
import type { EngineFailure } from "../failure.ts";
import type { Host } from "./host.ts";

/** What ssh wants while it logs in: a password, a passphrase, whether an unknown host key is right, a key to be touched. */
export interface SshQuestion {
  /** `confirm` is answered with `yes`; a `notice` is shown until its signal ends, and its answer is not heard. */
  readonly kind: "secret" | "confirm" | "notice";
  /** ssh's own words, with the fingerprint where it asks about a host key. */
  readonly prompt: string;
  /** Whom ssh logs in to: not every prompt says. */
  readonly host: Host;
}

/** Answers ssh's questions; undefined declines, and ends the attempt. Never called where nobody can answer. */
export type AskUser = (question: SshQuestion, signal: AbortSignal) => Promise<string | undefined>;

/** How a connection is made. */
export interface ConnectOptions {
  /** Without it every question of ssh's is declined. */
  readonly ask?: AskUser;
  /** Ends the attempt. */
  readonly signal?: AbortSignal;
}

/**
 * How the daemon is reached: its own socket or port; a socket at this end of one ssh connection; a process
 * `docker system dial-stdio` on the host for each connection, over one shared ssh connection or each over its own.
 */
export type Transport = "socket" | "tcp" | "ssh-tunnel" | "ssh-stdio-shared" | "ssh-stdio";

/** What a command on the host gave. */
export interface RemoteOutput {
  /** 255 where ssh itself failed, or the command did not end in good time. */
  readonly code: number;
  readonly stdout: string;
}

/** A way to one daemon, kept while it is used. Several users of one host share the tunnel behind it. */
export interface Connection {
  readonly host: Host;
  readonly transport: Transport;
  /** Speaks to the daemon; hijacked requests (`modem.dial` with `hijack: true`) work on every kind of connection. */
  readonly docker: Docker;
  /** Aborted, with an {@link EngineFailure} of cause `connection-lost` as its reason, when the way to the daemon is gone. */
  readonly lost: AbortSignal;
  /** Runs a POSIX shell script on the host as the user who is logged in; undefined where there is no ssh. */
  readonly run?: (script: string, signal?: AbortSignal) => Promise<RemoteOutput>;
  /**
   * Opens a socket on this machine that leads to a port of the host's own loopback, for as long as the way to the daemon is
   * there; undefined where there is no ssh to share. Whether somebody listens there shows with the first request.
   */
  readonly forward?: (port: number) => Promise<string>;
  /** Lets go of it; the tunnel ends with its last user. Never throws. */
  close(): Promise<void>;
}

/** Makes connections and shares them; `close` ends every process that it started. */
export interface Connections {
  /** @throws {EngineFailure} with the cause */
  connect(host: Host, options?: ConnectOptions): Promise<Connection>;
  /** Has the way to a host end with its last user, now where it has none: it is not kept for the next one. */
  letGo(host: Host): void;
  close(): Promise<void>;
}

/** The reason of an aborted `lost` signal. */
export function lossOf(connection: Connection): EngineFailure | undefined {
  return connection.lost.aborted ? (connection.lost.reason as EngineFailure) : undefined;
}

/** The way to a daemon is given so many milliseconds to tell that it is gone. */
const tellingMs = 500;

/** As {@link lossOf}, of a connection of which a request has just failed: that shows a moment before it is known why. */
export async function lossBehind(connection: Connection): Promise<EngineFailure | undefined> {
  const { lost } = connection;
  if (!lost.aborted)
    await new Promise<void>((resolve) => {
      const told = () => {
        clearTimeout(timer);
        lost.removeEventListener("abort", told);
        resolve();
      };
      const timer = setTimeout(told, tellingMs);
      lost.addEventListener("abort", told);
    });
  return lossOf(connection);
}
