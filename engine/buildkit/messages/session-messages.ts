import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** `grpc.health.v1.HealthCheckResponse` (grpc/grpc-proto `grpc/health/v1/health.proto`): status 1 is SERVING. */
export function servingResponse(): Uint8Array {
  return new BinaryWriter().tag(1, WireType.Varint).int32(1).finish();
}

/** The text in field 1: `moby.filesync.v1.CredentialsRequest` has the registry there (moby/buildkit `session/auth/auth.proto`). */
export function readCredentialsRequest(message: Uint8Array): string {
  return firstText(message);
}

/** `moby.filesync.v1.CredentialsResponse`: an identity token comes as the secret of an empty user. */
export function credentialsResponse(username: string, secret: string): Uint8Array {
  const writer = new BinaryWriter();
  if (username) writer.tag(1, WireType.LengthDelimited).string(username);
  if (secret) writer.tag(2, WireType.LengthDelimited).string(secret);
  return writer.finish();
}

/** `moby.buildkit.secrets.v1.GetSecretRequest`: the secret's id (moby/buildkit `session/secrets/secrets.proto`). */
export function readSecretRequest(message: Uint8Array): string {
  return firstText(message);
}

/** `moby.buildkit.secrets.v1.GetSecretResponse`. */
export function secretResponse(data: Uint8Array): Uint8Array {
  return bytesMessage(data);
}

/** `moby.sshforward.v1.CheckAgentRequest`: the agent's id (moby/buildkit `session/sshforward/ssh.proto`). */
export function readAgentRequest(message: Uint8Array): string {
  return firstText(message);
}

/** `moby.sshforward.v1.BytesMessage`, and every message whose only field is bytes in field 1. */
export function bytesMessage(data: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  if (data.length > 0) writer.tag(1, WireType.LengthDelimited).bytes(data);
  return writer.finish();
}

/** The bytes of a {@link bytesMessage}, as a view of it. */
export function readBytesMessage(message: Uint8Array): Uint8Array {
  return firstBytes(message) ?? new Uint8Array();
}

function firstText(message: Uint8Array): string {
  return new TextDecoder().decode(firstBytes(message));
}

function firstBytes(message: Uint8Array): Uint8Array | undefined {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.LengthDelimited) return reader.bytes();
    reader.skip(wireType, field);
  }
  return undefined;
}
