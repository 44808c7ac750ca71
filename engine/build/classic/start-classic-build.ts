import type { IncomingMessage } from "node:http";
import { parseImageReference } from "../../../core/image/reference.ts";
import type { Connection } from "../../connection/connection.ts";
import { refusalOf } from "../../connection/daemon-refusal.ts";
import { EngineFailure } from "../../failure.ts";
import { type CredentialStore, credentialsFor } from "../../registry/credentials.ts";
import { authConfigOf } from "../../registry/registry-auth-header.ts";
import { configKeyOf, registryOf } from "../../registry/registry-host.ts";
import { readBuildAnswer } from "../build-answer.ts";
import type { BuildMessage } from "../build-message.ts";
import { buildQuery } from "../build-query.ts";
import type { BuildRequest } from "../build-request.ts";
import { copiedPaths } from "../copied-paths.ts";
import { packContext } from "./pack-context.ts";

/** A build that a daemon without BuildKit has begun. */
export interface ClassicAnswer {
  readonly messages: AsyncIterable<BuildMessage>;
  /** What went wrong while the context was read. */
  readonly unread: () => EngineFailure | undefined;
  /** Why credentials could not be looked up first: the build goes on without, and may not need them. */
  readonly loginFailure: EngineFailure | undefined;
  /** Ends the reading of the context. */
  close(): void;
}

/**
 * Begins a build on a daemon without BuildKit: what is copied of the context is sent first, and the registries of the
 * images that are built on are the only ones whose credentials go along.
 *
 * @param text the Dockerfile's
 * @throws {EngineFailure} of cause `request` for what such a daemon cannot do, and for a context that cannot be read
 */
export async function startClassicBuild(
  connection: Connection,
  request: BuildRequest,
  text: string,
  credentials: CredentialStore,
  signal: AbortSignal,
): Promise<ClassicAnswer> {
  checkAbilities(connection, request);
  const { images } = copiedPaths(text, request.args);
  const { header, failure: loginFailure } = await registryConfig(images, credentials, signal);
  const { tar, dockerfile } = await packContext(request, text);
  let unread: EngineFailure | undefined;
  tar.on("error", (error) => {
    unread ??= new EngineFailure({ cause: "request", what: error.message }, { cause: error });
  });
  const started = { unread: () => unread, loginFailure, close: () => void tar.destroy() };
  const query = { ...buildQuery(request), dockerfile, version: "1" };
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    connection.docker.modem.dial(
      {
        path: "/build?",
        method: "POST",
        file: tar,
        headers: { "Content-Type": "application/x-tar", "X-Registry-Config": header },
        options: { _query: query, _body: {} },
        isStream: true,
        statusCodes: { 200: true },
        abortSignal: signal,
      },
      (failure, response) => (failure ? reject(unread ?? failure) : resolve(response as IncomingMessage)),
    ),
  );
  try {
    return { messages: readBuildAnswer(await answered), ...started };
  } catch (failure) {
    tar.destroy();
    // It reads the Dockerfile before it answers: what is wrong there is said by the status.
    const refusal = refusalOf(failure);
    if (refusal?.status !== badRequest) throw failure;
    return { messages: failed(refusal.said), ...started };
  }
}

const badRequest = 400;

async function* failed(message: string): AsyncGenerator<BuildMessage> {
  yield { kind: "error", message, code: undefined };
}

function checkAbilities({ host }: Connection, request: BuildRequest): void {
  const missing = [
    request.secrets?.size ? "secrets" : undefined,
    request.sshAgents?.size ? "ssh agents" : undefined,
    request.namedContexts?.size ? "named contexts" : undefined,
  ].filter((each) => each !== undefined);
  if (missing.length === 0) return;
  throw new EngineFailure({
    cause: "request",
    what: `the daemon at ${host.url} has no BuildKit, which ${missing.join(" and ")} need`,
    next: "Build on a host with Docker 18.09 or later",
  });
}

/** The header `X-Registry-Config`, base64url of JSON, padded; and the first failure to look up what goes into it. */
async function registryConfig(
  images: readonly string[],
  store: CredentialStore,
  signal: AbortSignal,
): Promise<{ header: string; failure: EngineFailure | undefined }> {
  const registries = new Set(
    images.flatMap((image) => {
      const reference = parseImageReference(image);
      return reference ? [registryOf(reference)] : [];
    }),
  );
  const configs: Record<string, object> = {};
  let first: EngineFailure | undefined;
  for (const registry of registries) {
    const { credentials, failure } = await credentialsFor(registry, store, signal);
    first ??= failure;
    if (credentials) configs[configKeyOf(registry)] = authConfigOf(registry, credentials);
  }
  const text = Buffer.from(JSON.stringify(configs)).toString("base64");
  return { header: text.replaceAll("+", "-").replaceAll("/", "_"), failure: first };
}
