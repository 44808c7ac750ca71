import { EngineFailure } from "../../failure.ts";
import type { CredentialStore } from "../../registry/credentials.ts";
import { registryOfKey } from "../../registry/registry-host.ts";
import { type GrpcMethod, unary } from "../grpc/grpc-server.ts";
import { credentialsResponse, readCredentialsRequest } from "../messages/session-messages.ts";

/**
 * `moby.filesync.v1.Auth/Credentials`: a registry's own credentials, and none where there are none. Newer daemons could
 * have tokens fetched here as well; without those methods they fetch them with the credentials.
 * Credentials that cannot be looked up (a helper is missing) go to `onFailure`, and the build goes on without: most bases
 * are public.
 */
export function registryAuth(
  credentials: CredentialStore,
  onFailure: (failure: EngineFailure) => void,
): GrpcMethod {
  return unary(async (message, call) => {
    const registry = registryOfKey(readCredentialsRequest(message));
    const found = await credentials.get(registry, call.signal).catch((error: unknown) => {
      if (!(error instanceof EngineFailure)) throw error;
      onFailure(error);
      return undefined;
    });
    if (!found) return credentialsResponse("", "");
    return found.kind === "identity-token"
      ? credentialsResponse("", found.token)
      : credentialsResponse(found.username, found.password);
  });
}
