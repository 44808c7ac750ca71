import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type BuildSession, openSession, type SessionServices } from "../buildkit/session.ts";
import { type Connection, lossBehind, lossOf } from "../connection/connection.ts";
import { refusalOf } from "../connection/daemon-refusal.ts";
import { EngineFailure } from "../failure.ts";
import type { CredentialStore } from "../registry/credentials.ts";
import { readBuildAnswer } from "./build-answer.ts";
import { buildFolders, checkFolders, sharedKey } from "./build-folders.ts";
import type { BuildMessage } from "./build-message.ts";
import { buildQuery } from "./build-query.ts";
import type { BuildRequest } from "./build-request.ts";
import { startClassicBuild } from "./classic/start-classic-build.ts";
import { startControlBuild } from "./control-build.ts";
import { textOfDockerfile } from "./dockerfile-text.ts";
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
 * Opens a session, and has the daemon begin the build; where it has no BuildKit, its classic builder.
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
  const key = await sharedKey(request);
  const services: SessionServices = {
    folders: await buildFolders(request),
    credentials,
    secrets: request.secrets ?? new Map(),
    sshAgents: request.sshAgents ?? new Map(),
  };
  // Aborted by the caller, by the session's end and by an iteration that is left.
  const ending = new AbortController();
  const endings = [ending.signal, connection.lost, ...(signal ? [signal] : [])];
  const end = AbortSignal.any(endings);
  const failureOf = (error: unknown) => endFailure(connection, signal, error);
  try {
    const session = await openBuildSession(connection, services, key, end);
    const build = session
      ? await inSession(connection, request, session, end)
      : await withoutBuildKit(connection, request, credentials, end);
    void session?.closed.then(() => ending.abort());
    return new AnsweredBuild(build, ending, failureOf);
  } catch (error) {
    throw await failureOf(error);
  }
}

/** What a daemon answers to a request that it does not know, a path or a way of speaking. */
const unknownRequest = new Set([404, 405, 501]);

/** Undefined where the daemon has no BuildKit. */
async function openBuildSession(
  connection: Connection,
  services: SessionServices,
  key: string,
  signal: AbortSignal,
): Promise<BuildSession | undefined> {
  try {
    return await openSession(connection, services, key, signal);
  } catch (error) {
    if (unknownRequest.has(refusalOf(error)?.status ?? 0)) return undefined;
    throw error;
  }
}

/** A build as one of the daemon's builders answers it. */
interface BuilderAnswer {
  readonly messages: AsyncIterable<BuildMessage>;
  /** What went wrong on this side, given the daemon's error. */
  readonly failure: (daemonError: string | undefined) => EngineFailure | undefined;
  /** Lets go of what the build needed. */
  readonly close: () => void;
}

async function inSession(
  connection: Connection,
  request: BuildRequest,
  session: BuildSession,
  signal: AbortSignal,
): Promise<BuilderAnswer> {
  try {
    const messages = request.namedContexts?.size
      ? await startControlBuild(connection, request, session.id, signal)
      : readBuildAnswer(await postBuild(connection, request, session.id, signal));
    return {
      messages,
      failure: (daemonError) => sessionFailure(session, daemonError),
      close: session.close,
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

function sessionFailure(
  { error, oddName, loginFailure }: BuildSession,
  daemonError: string | undefined,
): EngineFailure | undefined {
  if (error) return new EngineFailure({ cause: "request", what: error.message }, { cause: error });
  const said = daemonError ?? "";
  if (loginFailure && isLoginWanted(said)) return loginFailure;
  if (/unsupported frontend capability moby\.buildkit\.frontend\.contexts/.test(said))
    return new EngineFailure({
      cause: "request",
      what: "this daemon is too old for named contexts",
      next: "Build on a host with Docker 23 or later",
    });
  if (oddName === undefined || !/invalid UTF-8/.test(said)) return undefined;
  return new EngineFailure({
    cause: "request",
    what: `the name of ${oddName} is no UTF-8, and this daemon takes no other`,
    next: "Rename it, or leave it out with a line in the ignore file",
  });
}

function isLoginWanted(said: string): boolean {
  return causeOf(said, undefined, []).cause === "registry-auth";
}

async function withoutBuildKit(
  connection: Connection,
  request: BuildRequest,
  credentials: CredentialStore,
  signal: AbortSignal,
): Promise<BuilderAnswer> {
  const text = await textOfDockerfile(request);
  const started = await startClassicBuild(connection, request, text, credentials, signal);
  return {
    messages: started.messages,
    failure: (daemonError = "") =>
      started.unread() ?? (isLoginWanted(daemonError) ? started.loginFailure : undefined),
    close: started.close,
  };
}

class AnsweredBuild implements StartedBuild {
  readonly #build: BuilderAnswer;
  readonly #ending: AbortController;
  readonly #failureOf: (error: unknown) => Promise<EngineFailure>;
  #daemonError: string | undefined;

  constructor(
    build: BuilderAnswer,
    ending: AbortController,
    failureOf: (error: unknown) => Promise<EngineFailure>,
  ) {
    this.#build = build;
    this.#ending = ending;
    this.#failureOf = failureOf;
  }

  get failure(): EngineFailure | undefined {
    return this.#build.failure(this.#daemonError);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BuildMessage> {
    try {
      for await (const message of this.#build.messages) {
        if (message.kind === "error") this.#daemonError = message.message;
        yield message;
      }
    } catch (error) {
      throw await this.#failureOf(error);
    } finally {
      this.#ending.abort();
      this.#build.close();
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
async function endFailure(
  connection: Connection,
  signal: AbortSignal | undefined,
  error: unknown,
): Promise<EngineFailure> {
  if (signal?.aborted) return new EngineFailure({ cause: "cancelled", what: "the build was cancelled" });
  const known = lossOf(connection) ?? error;
  if (known instanceof EngineFailure) return known;
  const { url, name } = connection.host;
  const refusal = refusalOf(error);
  if (refusal)
    return new EngineFailure(
      { cause: "request", what: `the daemon at ${url} refuses the build`, said: refusal.said },
      { cause: error },
    );
  return (
    (await lossBehind(connection)) ??
    new EngineFailure(
      {
        cause: "connection-lost",
        what: `the connection to the daemon at ${url} was lost during the build`,
        said: error instanceof Error ? error.message : String(error),
        next: `See whether ${name} and its Docker daemon are up, and build again: what was done is kept`,
      },
      { cause: error },
    )
  );
}
