import { frame } from "../grpc/grpc-frames.ts";
import type { GrpcCall } from "../grpc/grpc-server.ts";
import { GrpcError, grpcCode } from "../grpc/grpc-status.ts";
import {
  endPacket,
  errorPacket,
  type FileStat,
  lastStatPacket,
  packetType,
  readPacket,
  statPacket,
} from "../messages/file-packet.ts";
import { fileKind } from "./file-mode.ts";

/** A file or folder to send, and where its content comes from. */
export interface FileToSend {
  readonly stat: FileStat;
  /** Sends the content as data packets for the file's number, the empty one at the end too. Not called for folders. */
  send(id: number, call: GrpcCall): Promise<void>;
  /** The content, for another way of sending it. */
  read(): AsyncIterable<Uint8Array>;
}

/** So many files are read at once: opening the next one goes on while the others' bytes are under way. */
const parallelFiles = 8;

/** Metadata is sent in pieces of about this many bytes: a write for each small packet costs more than the packet. */
const statBatch = 16 << 10;

/**
 * The sending side of a file sync (tonistiigi/fsutil `send.go`): names every file, sends the content of those that the
 * daemon asks for, in parallel, and ends when it has said that it has everything.
 *
 * An error of reading is told to the daemon, whose build fails with it, and thrown.
 */
export async function sendFiles(call: GrpcCall, files: AsyncIterable<FileToSend>): Promise<void> {
  const waiting = new Map<number, FileToSend>();
  const sending = new Set<Promise<void>>();
  // The first thing that goes wrong anywhere ends all of it.
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const serve = async () => {
    for await (const message of call.messages) {
      const packet = readPacket(message);
      if (packet.type === packetType.end) {
        await Promise.all(sending);
        await call.write(frame(endPacket()));
        return;
      }
      if (packet.type === packetType.error)
        throw new GrpcError(grpcCode.cancelled, Buffer.from(packet.data).toString());
      if (packet.type !== packetType.request) continue;
      const file = waiting.get(packet.id);
      if (!file) throw new GrpcError(grpcCode.internal, `there is no file number ${packet.id}`);
      waiting.delete(packet.id);
      const sent = file.send(packet.id, call).finally(() => sending.delete(sent));
      sending.add(sent);
      sent.catch(fail);
      while (sending.size >= parallelFiles) await Promise.race(sending);
    }
    throw new GrpcError(grpcCode.cancelled, "the daemon gave the file sync up");
  };
  try {
    const named = nameFiles(call, files, waiting);
    await Promise.race([Promise.all([named, serve()]), failed]);
  } catch (error) {
    if (!call.signal.aborted && !(error instanceof GrpcError)) {
      const message = error instanceof Error ? error.message : String(error);
      await call.write(frame(errorPacket(message)));
    }
    throw error;
  }
}

/** Whether the daemon may ask for a content: not of folders, links and the like. */
function isContentOf({ mode, link }: FileStat): boolean {
  return fileKind(mode).type === "file" && link === "";
}

async function nameFiles(
  call: GrpcCall,
  files: AsyncIterable<FileToSend>,
  waiting: Map<number, FileToSend>,
): Promise<void> {
  let id = 0;
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async () => {
    const packets = Buffer.concat(batch);
    batch = [];
    bytes = 0;
    await call.write(packets);
  };
  for await (const file of files) {
    if (isContentOf(file.stat)) waiting.set(id, file);
    id++;
    const packet = frame(statPacket(file.stat));
    batch.push(packet);
    bytes += packet.length;
    if (bytes >= statBatch) await flush();
    if (call.signal.aborted) return;
  }
  batch.push(frame(lastStatPacket()));
  await flush();
}
