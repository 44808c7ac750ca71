/** The codes of gRPC that a session's services answer with (grpc/grpc `doc/statuscodes.md`). */
export const grpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  notFound: 5,
  permissionDenied: 7,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

export type GrpcCode = (typeof grpcCode)[keyof typeof grpcCode];

/** How a call ends that does not succeed; the message is for the daemon, which quotes it in the build's error. */
export class GrpcError extends Error {
  readonly code: GrpcCode;

  constructor(code: GrpcCode, message: string) {
    super(message);
    this.name = "GrpcError";
    this.code = code;
  }
}

/** A message as the header `grpc-message` has it: percent-encoded UTF-8 (grpc/grpc `doc/PROTOCOL-HTTP2.md`). */
export function encodeGrpcMessage(message: string): string {
  let encoded = "";
  for (const byte of Buffer.from(message)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
