import { readFile } from "node:fs/promises";
import type { SecretSource } from "../../build/build-request.ts";
import { type GrpcMethod, unary } from "../grpc/grpc-server.ts";
import { GrpcError, grpcCode } from "../grpc/grpc-status.ts";
import { readSecretRequest, secretResponse } from "../messages/session-messages.ts";

/** BuildKit's own limit (moby/buildkit `session/secrets/secretsprovider`). */
const maximumSecret = 500 << 10;

/** `moby.buildkit.secrets.v1.Secrets/GetSecret`: read when the build asks for it, and kept nowhere. */
export function secretStore(secrets: ReadonlyMap<string, SecretSource>): GrpcMethod {
  return unary(async (message) => {
    const id = readSecretRequest(message);
    const source = secrets.get(id);
    // The build goes on without a secret that it does not require.
    if (!source)
      throw new GrpcError(grpcCode.notFound, `no secret ${JSON.stringify(id)} was given to this build`);
    return secretResponse(await readSecret(id, source));
  });
}

async function readSecret(id: string, source: SecretSource): Promise<Uint8Array> {
  const data = source.kind === "file" ? await readFile(source.path) : environmentValue(id, source.variable);
  if (data.length > maximumSecret)
    throw new Error(
      `the secret ${JSON.stringify(id)} is ${data.length} bytes; BuildKit takes ${maximumSecret}`,
    );
  return data;
}

function environmentValue(id: string, variable: string): Uint8Array {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`the secret ${JSON.stringify(id)}: the environment has no variable ${variable}`);
  return Buffer.from(value);
}
