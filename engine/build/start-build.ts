import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import type { CredentialStore } from "../registry/credentials.ts";
import type { BuildMessage } from "./build-message.ts";
import type { BuildRequest } from "./build-request.ts";

/** What a build is given besides its request. */
export interface BuildSurroundings {
  /** Asked when a registry wants a login; each registry gets its own only. */
  readonly credentials: CredentialStore;
  /** Cancels the build: the daemon ends its work, and iterating throws a failure of cause `cancelled`. */
  readonly signal?: AbortSignal;
}

/**
 * A build that the daemon works on. Iterating reads the daemon's answer no faster than it is consumed, and only once;
 * leaving the loop early cancels the build.
 *
 * Iterating throws an {@link EngineFailure} where the answer did not come to its end: cause `connection-lost` or
 * `cancelled`. A build that fails is no exception but a message of kind `error`.
 */
export interface StartedBuild extends AsyncIterable<BuildMessage> {
  /**
   * What went wrong on this side and made the daemon give up: a file that cannot be read, a secret that is not there.
   * The daemon's own error then only quotes it. Looked at when the build is over.
   */
  readonly failure: EngineFailure | undefined;
}

/**
 * Opens a session, and has the daemon begin the build.
 *
 * @throws {EngineFailure} where nothing can begin: no such context (`request`), a daemon that refuses (`request`),
 * does not answer (`no-daemon`, `connection-lost`) or is cancelled
 */
export async function startBuild(
  _connection: Connection,
  _request: BuildRequest,
  _surroundings: BuildSurroundings,
): Promise<StartedBuild> {
  throw new EngineFailure({ cause: "fault", what: "builds are not there yet" });
}
