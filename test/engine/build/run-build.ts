import type { BuildMessage } from "../../../engine/build/build-message.ts";
import type { BuildRequest } from "../../../engine/build/build-request.ts";
import { startBuild } from "../../../engine/build/start-build.ts";
import type { Connection } from "../../../engine/connection/connection.ts";
import type { EngineFailure } from "../../../engine/failure.ts";
import type { CredentialStore } from "../../../engine/registry/credentials.ts";

/** What came of a build. */
export interface BuildEnd {
  /** `sha256:…`; undefined where there is no image. */
  readonly image: string | undefined;
  /** The daemon's error. */
  readonly error: string | undefined;
  /** What went wrong on this side. */
  readonly failure: EngineFailure | undefined;
  /** What BuildKit's status messages hold, as bytes one after the other: steps' names and output can be found in it. */
  readonly status: string;
}

/** Nobody has logged in anywhere. */
export const noCredentials: CredentialStore = { get: async () => undefined };

/** Builds, and reads everything that the daemon says. */
export async function runBuild(
  connection: Connection,
  request: BuildRequest,
  credentials: CredentialStore = noCredentials,
): Promise<BuildEnd> {
  const build = await startBuild(connection, request, { credentials });
  const messages: BuildMessage[] = [];
  for await (const message of build) messages.push(message);
  return {
    image: messages.find((message) => message.kind === "image")?.id,
    error: messages.find((message) => message.kind === "error")?.message,
    failure: build.failure,
    status: messages
      .map((message) => (message.kind === "status" ? Buffer.from(message.status) : ""))
      .join(""),
  };
}
