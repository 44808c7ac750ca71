import type { CredentialStore } from "../../registry/credentials.ts";
import { type GrpcMethod, unary } from "../grpc/grpc-server.ts";
import { credentialsResponse, readCredentialsRequest } from "../messages/session-messages.ts";

/** What BuildKit calls Docker Hub. */
const dockerHub = new Set(["registry-1.docker.io", "index.docker.io", "docker.io"]);

/**
 * `moby.filesync.v1.Auth/Credentials`: a registry's own credentials, and none where there are none. Newer daemons could
 * have tokens fetched here as well; without those methods they fetch them with the credentials.
 */
export function registryAuth(credentials: CredentialStore): GrpcMethod {
  return unary(async (message, call) => {
    const host = readCredentialsRequest(message);
    const found = await credentials.get(dockerHub.has(host) ? "docker.io" : host, call.signal);
    if (!found) return credentialsResponse("", "");
    return found.kind === "identity-token"
      ? credentialsResponse("", found.token)
      : credentialsResponse(found.username, found.password);
  });
}
