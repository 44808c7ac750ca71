import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type BuildSession, openSession } from "../buildkit/session.ts";
import { type Connection, lossOf } from "../connection/connection.ts";
import { refusalOf } from "../connection/daemon-refusal.ts";
import { EngineFailure } from "../failure.ts";
import type { CredentialStore } from "../registry/credentials.ts";
import { readBuildAnswer } from "./build-answer.ts";
import { buildFolders, checkFolders, sharedKey } from "./build-folders.ts";
import type { BuildMessage } from "./build-message.ts";
import { buildQuery } from "./build-query.ts";
import type { BuildRequest } from "./build-request.ts";
import { causeOf } from "./failure-cause.ts";

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
  connection: Connection,
  request: BuildRequest,
  { credentials, signal }: BuildSurroundings,
): Promise<StartedBuild> {
  await checkFolders(request);
  // Aborted by the caller, by the session's end and by an iteration that is left.
  const ending = new AbortController();
  const endings = [ending.signal, connection.lost, ...(signal ? [signal] : [])];
  const end = AbortSignal.any(endings);
  const services = {
    folders: await buildFolders(request),
    credentials,
    secrets: request.secrets ?? new Map(),
    sshAgents: request.sshAgents ?? new Map(),
  };
  let session: BuildSession | undefined;
  try {
    session = await openSession(connection, services, await sharedKey(request), end);
    void session.closed.then(() => ending.abort());
    const answer = await postBuild(connection, request, session.id, end);
    return new SessionBuild(answer, session, ending, (error) => endFailure(connection, signal, error));
  } catch (error) {
    session?.close();
    throw endFailure(connection, signal, error);
  }
}

class SessionBuild implements StartedBuild {
  readonly #answer: IncomingMessage;
  readonly #session: BuildSession;
  readonly #ending: AbortController;
  readonly #failureOf: (error: unknown) => EngineFailure;
  #daemonError: string | undefined;

  constructor(
    answer: IncomingMessage,
    session: BuildSession,
    ending: AbortController,
    failureOf: (error: unknown) => EngineFailure,
  ) {
    this.#answer = answer;
    this.#session = session;
    this.#ending = ending;
    this.#failureOf = failureOf;
  }

  get failure(): EngineFailure | undefined {
    const { error, oddName, loginFailure } = this.#session;
    if (error) return new EngineFailure({ cause: "request", what: error.message }, { cause: error });
    const said = this.#daemonError ?? "";
    if (loginFailure && causeOf(said, undefined, []).cause === "registry-auth") return loginFailure;
    if (oddName === undefined || !/invalid UTF-8/.test(said)) return undefined;
    return new EngineFailure({
      cause: "request",
      what: `the name of ${oddName} is no UTF-8, and this daemon takes no other`,
      next: "Rename it, or leave it out with a line in the ignore file",
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BuildMessage> {
    try {
      for await (const message of readBuildAnswer(this.#answer)) {
        if (message.kind === "error") this.#daemonError = message.message;
        yield message;
      }
    } catch (error) {
      throw this.#failureOf(error);
    } finally {
      this.#ending.abort();
      this.#session.close();
    }
  }
}

/** The daemon begins to answer once it has begun the build. The body is empty: the session has what it needs. */
function postBuild(
  connection: Connection,
  request: BuildRequest,
  session: string,
  abortSignal: AbortSignal,
): Promise<IncomingMessage> {
  const query = {
    ...buildQuery(request),
    version: "2",
    remote: "client-session",
    session,
    buildid: randomUUID(),
  };
  return new Promise((resolve, reject) => {
    connection.docker.modem.dial(
      {
        path: "/build?",
        method: "POST",
        options: { _query: query, _body: {} },
        isStream: true,
        statusCodes: { 200: true },
        abortSignal,
      },
      (error, answer) => (error ? reject(error) : resolve(answer as IncomingMessage)),
    );
  });
}

/** Why a build did not begin, or its answer did not come to its end. */
function endFailure(connection: Connection, signal: AbortSignal | undefined, error: unknown): EngineFailure {
  if (signal?.aborted) return new EngineFailure({ cause: "cancelled", what: "the build was cancelled" });
  const loss = lossOf(connection);
  if (loss) return loss;
  if (error instanceof EngineFailure) return error;
  const refusal = refusalOf(error);
  if (refusal)
    return new EngineFailure(
      {
        cause: "request",
        what: `the daemon at ${connection.host.url} refuses the build`,
        said: refusal.said,
      },
      { cause: error },
    );
  return new EngineFailure(
    {
      cause: "connection-lost",
      what: `the connection to the daemon at ${connection.host.url} was lost during the build`,
      said: error instanceof Error ? error.message : String(error),
      next: `See whether ${connection.host.name} and its Docker daemon are up, and build again: what was done is kept`,
    },
    { cause: error },
  );
}
