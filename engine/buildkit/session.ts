import { randomUUID } from "node:crypto";
import type { SecretSource } from "../build/build-request.ts";
import type { Connection } from "../connection/connection.ts";
import type { EngineFailure } from "../failure.ts";
import type { CredentialStore } from "../registry/credentials.ts";
import { dialUpgrade } from "./dial-upgrade.ts";
import type { SyncedFolder } from "./files/synced-folder.ts";
import { type GrpcMethod, serveGrpc, unary } from "./grpc/grpc-server.ts";
import { GrpcError } from "./grpc/grpc-status.ts";
import { servingResponse } from "./messages/session-messages.ts";
import { fileSync } from "./services/file-sync.ts";
import { registryAuth } from "./services/registry-auth.ts";
import { secretStore } from "./services/secrets.ts";
import { checkAgent, forwardAgent } from "./services/ssh-forward.ts";

/** What a build may ask of this side. */
export interface SessionServices {
  /** By the names that the build knows them by: `context`, `dockerfile`. */
  readonly folders: ReadonlyMap<string, SyncedFolder>;
  readonly credentials: CredentialStore;
  readonly secrets: ReadonlyMap<string, SecretSource>;
  /** Agents' sockets. */
  readonly sshAgents: ReadonlyMap<string, string>;
}

/** A daemon's way back to this side while it builds. */
export interface BuildSession {
  /** What a build names the session by. */
  readonly id: string;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** What went wrong first while the daemon was served. */
  readonly error: Error | undefined;
  /** Why credentials could not be looked up first: the build goes on without, and may not need them. */
  readonly loginFailure: EngineFailure | undefined;
  /** The first path that was sent whose name is no UTF-8. */
  readonly oddName: string | undefined;
  /** Ends it; what the daemon still asks for fails. */
  close(): void;
}

/** Names of a session on the way to the daemon (moby/buildkit `session/session.go`). */
const header = {
  id: "X-Docker-Expose-Session-Uuid",
  name: "X-Docker-Expose-Session-Name",
  sharedKey: "X-Docker-Expose-Session-Sharedkey",
  method: "X-Docker-Expose-Session-Grpc-Method",
} as const;

/**
 * Opens a session: a connection to the daemon that turns round, so that the daemon asks and this side answers.
 *
 * @param sharedKey the same for the same context folder: the daemon keeps by it what it was sent
 * @throws docker-modem's error where the daemon refuses or cannot be reached
 */
export async function openSession(
  connection: Connection,
  services: SessionServices,
  sharedKey: string,
  signal?: AbortSignal,
): Promise<BuildSession> {
  const id = randomUUID();
  let first: Error | undefined;
  let oddName: string | undefined;
  let loginFailure: EngineFailure | undefined;
  const listeners: Listeners = {
    onOddName: (path) => {
      oddName ??= path;
    },
    onLoginFailure: (failure) => {
      loginFailure ??= failure;
    },
  };
  const methods = new Map<string, GrpcMethod>();
  for (const [path, method] of sessionMethods(services, listeners)) {
    methods.set(path, async (call) => {
      try {
        await method(call);
      } catch (error) {
        // An answer like "there is no such secret" is none of this side's faults.
        if (error instanceof Error && !(error instanceof GrpcError) && !call.signal.aborted) first ??= error;
        throw error;
      }
    });
  }
  const socket = await dialUpgrade(
    connection,
    "/session",
    {
      [header.id]: id,
      [header.name]: "lab-images",
      [header.sharedKey]: sharedKey,
      [header.method]: [...methods.keys()],
    },
    signal,
  );
  const served = serveGrpc(socket, methods);
  return {
    id,
    closed: served.closed,
    get error() {
      return first;
    },
    get loginFailure() {
      return loginFailure;
    },
    get oddName() {
      return oddName;
    },
    close: served.close,
  };
}

/** Told of what is no failure yet, and may be the reason of one. */
interface Listeners {
  readonly onOddName: (path: string) => void;
  readonly onLoginFailure: (failure: EngineFailure) => void;
}

function sessionMethods(
  services: SessionServices,
  { onOddName, onLoginFailure }: Listeners,
): [string, GrpcMethod][] {
  return [
    ["/grpc.health.v1.Health/Check", unary(servingResponse)],
    ["/moby.filesync.v1.FileSync/DiffCopy", fileSync(services.folders, onOddName)],
    ["/moby.filesync.v1.Auth/Credentials", registryAuth(services.credentials, onLoginFailure)],
    ["/moby.buildkit.secrets.v1.Secrets/GetSecret", secretStore(services.secrets)],
    ["/moby.sshforward.v1.SSH/CheckAgent", checkAgent(services.sshAgents)],
    ["/moby.sshforward.v1.SSH/ForwardAgent", forwardAgent(services.sshAgents)],
  ];
}
