import { close, constants, open, read } from "node:fs";
import { promisify } from "node:util";
import { frame, frameHeader, writeFrameHeader } from "../grpc/grpc-frames.ts";
import type { GrpcCall } from "../grpc/grpc-server.ts";
import { dataHeader, endOfFilePacket, maximumDataHeader } from "../messages/file-packet.ts";
import { type BytePath, onDisk, textOf } from "./byte-path.ts";

// Descriptors, not the handles of node:fs/promises, which cost more than reading a small file.
const openDescriptor = promisify(open) as (path: string | Buffer, flags: number) => Promise<number>;
const closeFile = promisify(close);

/** Bytes that are read and sent at once; gRPC's limit for a message is 4 MB. */
const chunk = 256 << 10;

/** Bytes in front of a chunk for the headers of its packet. */
const room = frameHeader + maximumDataHeader;

/**
 * Sends a file's content, as long as it was when it was named: a log that somebody writes to while it is read is sent
 * up to there.
 *
 * @throws {Error} for a file that cannot be read, is gone, or has become shorter
 */
export async function sendContent(path: BytePath, size: number, id: number, call: GrpcCall): Promise<void> {
  // Nothing is to be read, and a socket cannot even be opened.
  if (size === 0) return call.write(frame(endOfFilePacket(id)));
  const file = await openFile(path);
  const end = frame(endOfFilePacket(id));
  try {
    let at = 0;
    while (at < size) {
      const buffer = Buffer.allocUnsafe(room + Math.min(chunk, size - at) + end.length);
      const length = buffer.length - room - end.length;
      const bytesRead = await readAt(file, buffer, room, length, at);
      if (bytesRead === 0) throw becameShorter(path);
      at += bytesRead;
      // The end goes with the last bytes: most files are small, and a write costs more than they do.
      await call.write(dataPacket(buffer, bytesRead, id, at < size ? undefined : end));
    }
  } finally {
    await closeFile(file);
  }
}

/**
 * A file's content, as long as it was when it was named.
 *
 * @throws {Error} as {@link sendContent}
 */
export async function* readContent(path: BytePath, size: number): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  try {
    for (let at = 0; at < size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(chunk, size - at));
      const bytesRead = await readAt(file, buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw becameShorter(path);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await closeFile(file);
  }
}

/** Sends a content that is in memory. */
export async function sendText(content: Uint8Array, id: number, call: GrpcCall): Promise<void> {
  for (let at = 0; at < content.length; at += chunk) {
    const part = content.subarray(at, at + chunk);
    await call.write(frame(Buffer.concat([dataHeader(id, part.length), part])));
  }
  await call.write(frame(endOfFilePacket(id)));
}

function becameShorter(path: BytePath): Error {
  return new Error(`${textOf(path)} became shorter while it was read`);
}

/** A pipe that took the place of a file is opened without waiting for whoever writes to it. */
async function openFile(path: BytePath): Promise<number> {
  try {
    return await openDescriptor(onDisk(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new Error(`${textOf(path)} was deleted while the build looked at it`);
    if (code === "EACCES" || code === "EPERM")
      throw new Error(`${textOf(path)} cannot be read: permission denied`);
    throw new Error(`${textOf(path)} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Writes a data packet's headers in front of the `length` bytes that stand behind the buffer's room, and `end` behind
 * them.
 */
function dataPacket(buffer: Buffer, length: number, id: number, end: Buffer | undefined): Buffer {
  const header = dataHeader(id, length);
  const start = room - header.length - frameHeader;
  writeFrameHeader(buffer, start, header.length + length);
  buffer.set(header, start + frameHeader);
  if (end) buffer.set(end, room + length);
  return buffer.subarray(start, room + length + (end?.length ?? 0));
}

/** Reads once. @returns how many bytes */
function readAt(file: number, into: Buffer, offset: number, length: number, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, into, offset, length, at, (error, bytesRead) => (error ? reject(error) : resolve(bytesRead)));
  });
}
