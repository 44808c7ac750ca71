import { GrpcError, grpcCode } from "./grpc-status.ts";

/** Of a message on the wire: a byte that says whether it is compressed, its length in four more. */
export const frameHeader = 5;

/** More than the largest message of a session, a here-document's worth of Dockerfile or a chunk of a file. */
const maximumMessage = 64 << 20;

/** Writes the header of an uncompressed message of `length` bytes that follows it. */
export function writeFrameHeader(into: Buffer, at: number, length: number): void {
  into[at] = 0;
  into.writeUInt32BE(length, at + 1);
}

/** A message with its header. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(frameHeader + message.length);
  writeFrameHeader(framed, 0, message.length);
  framed.set(message, frameHeader);
  return framed;
}

/**
 * The messages in a call's bytes, each whole. A message is a view of what was received: copy what is kept.
 *
 * @throws {GrpcError} on a compressed message, or one larger than a session ever sends
 */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    let at = 0;
    while (waiting.length - at >= frameHeader) {
      if (waiting[at] !== 0) throw new GrpcError(grpcCode.unimplemented, "compressed messages are not read");
      const length = waiting.readUInt32BE(at + 1);
      if (length > maximumMessage)
        throw new GrpcError(grpcCode.internal, `a message of ${length} bytes is too large`);
      if (waiting.length - at - frameHeader < length) break;
      yield waiting.subarray(at + frameHeader, at + frameHeader + length);
      at += frameHeader + length;
    }
    waiting = waiting.subarray(at);
  }
}
