import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/**
 * Metadata of one file in a file sync. Texts that are paths hold a byte in each character ("latin1"): a file's name need
 * not be UTF-8.
 *
 * Source of the fields' numbers: tonistiigi/fsutil `types/stat.proto`.
 */
export interface FileStat {
  /** Relative to the synced folder, with `/`. */
  readonly path: string;
  /** As Go's `os.FileMode` has it: {@link goMode}. */
  readonly mode: number;
  /** Bytes; 0 for folders. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  /** Where a symbolic link points to, or the path of the file that this one is a hard link of. */
  readonly link: string;
  /** Of a device. */
  readonly major: number;
  readonly minor: number;
}

/** Source of the numbers: tonistiigi/fsutil `types/wire.proto`. */
export const packetType = { stat: 0, request: 1, data: 2, end: 3, error: 4 } as const;

/** What a file sync's other side says. */
export interface FilePacket {
  readonly type: number;
  /** Of a request: which of the files that were named, counted from 0. */
  readonly id: number;
  /** Of an error: what went wrong. */
  readonly data: Uint8Array;
}

/** Reads a packet of the receiving side, which sends no metadata. */
export function readPacket(message: Uint8Array): FilePacket {
  const reader = new BinaryReader(message);
  let type = 0;
  let id = 0;
  let data: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) type = reader.int32();
    else if (field === 3) id = reader.uint32();
    else if (field === 4) data = reader.bytes();
    else reader.skip(wireType, field);
  }
  return { type, id, data };
}

/** A packet that names a file. */
export function statPacket(stat: FileStat): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(tag(2, 2)).fork();
  writer.uint32(tag(1, 2)).bytes(Buffer.from(stat.path, "latin1"));
  writer.uint32(tag(2, 0)).uint32(stat.mode);
  // 3 and 4 are the owner: root, whoever owns the files here.
  if (stat.size !== 0) writer.uint32(tag(5, 0)).int64(stat.size);
  if (stat.modified !== 0n) writer.uint32(tag(6, 0)).int64(stat.modified);
  if (stat.link !== "") writer.uint32(tag(7, 2)).bytes(Buffer.from(stat.link, "latin1"));
  if (stat.major !== 0) writer.uint32(tag(8, 0)).int64(stat.major);
  if (stat.minor !== 0) writer.uint32(tag(9, 0)).int64(stat.minor);
  return writer.join().finish();
}

/** The packet behind the last file. */
export function lastStatPacket(): Uint8Array {
  return new Uint8Array();
}

/** The packet that ends a file's content. */
export function endOfFilePacket(id: number): Uint8Array {
  return dataHeader(id, 0);
}

export function endPacket(): Uint8Array {
  return new BinaryWriter().uint32(tag(1, 0)).int32(packetType.end).finish();
}

export function errorPacket(message: string): Uint8Array {
  return new BinaryWriter()
    .uint32(tag(1, 0))
    .int32(packetType.error)
    .uint32(tag(4, 2))
    .bytes(Buffer.from(message))
    .finish();
}

/** Everything of a packet with a file's content but the content, `length` bytes that follow it. */
export function dataHeader(id: number, length: number): Uint8Array {
  const writer = new BinaryWriter().uint32(tag(1, 0)).int32(packetType.data);
  if (id !== 0) writer.uint32(tag(3, 0)).uint32(id);
  if (length !== 0) writer.uint32(tag(4, 2)).uint32(length);
  return writer.finish();
}

/** The most bytes that {@link dataHeader} takes. */
export const maximumDataHeader = 2 + 6 + 6;

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}
