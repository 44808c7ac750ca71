import type Docker from "dockerode";
import type { RemoteOutput, Transport } from "./connection.ts";

/** One way to a daemon, which all the users of its host share. */
export interface Link {
  readonly transport: Transport;
  readonly docker: Docker;
  /** As {@link Connection.lost}. */
  readonly lost: AbortSignal;
  readonly run?: (script: string, signal?: AbortSignal) => Promise<RemoteOutput>;
  /** Never throws. */
  close(): Promise<void>;
}
