import type Docker from "dockerode";
import type { EngineFailure } from "../failure.ts";
import type { Host } from "./host.ts";

/** A question of ssh's while it logs in: a password, a passphrase, or whether an unknown host key is right. */
export interface SshQuestion {
  readonly kind: "secret" | "confirm";
  /** ssh's own words, with the fingerprint where it asks about a host key. */
  readonly prompt: string;
}

/** Answers ssh's questions; undefined declines. Never called where nobody can answer. */
export type AskUser = (question: SshQuestion, signal: AbortSignal) => Promise<string | undefined>;

/** How a connection is made. */
export interface ConnectOptions {
  /** Without it every question of ssh's is declined. */
  readonly ask?: AskUser;
  /** Ends the attempt. */
  readonly signal?: AbortSignal;
}

/** A way to one daemon, kept while it is used. Several users of one host share the tunnel behind it. */
export interface Connection {
  readonly host: Host;
  /** Speaks to the daemon; hijacked requests (`modem.dial` with `hijack: true`) work on every kind of connection. */
  readonly docker: Docker;
  /** Aborted, with an {@link EngineFailure} of cause `connection-lost` as its reason, when the way to the daemon is gone. */
  readonly lost: AbortSignal;
  /** Lets go of it; the tunnel ends with its last user. Never throws. */
  close(): Promise<void>;
}

/** Makes connections and shares them; `close` ends every process that it started. */
export interface Connections {
  /** @throws {EngineFailure} with the cause */
  connect(host: Host, options?: ConnectOptions): Promise<Connection>;
  close(): Promise<void>;
}

/** The reason of an aborted `lost` signal. */
export function lossOf(connection: Connection): EngineFailure | undefined {
  return connection.lost.aborted ? (connection.lost.reason as EngineFailure) : undefined;
}
