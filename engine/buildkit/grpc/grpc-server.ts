import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { frame, readFrames } from "./grpc-frames.ts";
import { encodeGrpcMessage, GrpcError, grpcCode } from "./grpc-status.ts";

/** One call of a method by the other side. */
export interface GrpcCall {
  /** What came with the call, by lower-case name; a name that came several times has several values. */
  readonly metadata: ReadonlyMap<string, readonly string[]>;
  /** Aborted when the other side gives the call up, or the connection is gone. */
  readonly signal: AbortSignal;
  /** The messages of the other side, each valid until the next one is asked for; ends when it has sent its last. */
  readonly messages: AsyncIterable<Buffer>;
  /** Sends bytes that are whole messages with their headers. Resolves when there is room for more. */
  write(frames: Buffer): Promise<void>;
}

/** Answers a call: what it throws ends the call with its code, its return ends it well. */
export type GrpcMethod = (call: GrpcCall) => Promise<void>;

/** A method that takes one message and gives one. */
export function unary(
  answer: (message: Buffer, call: GrpcCall) => Promise<Uint8Array> | Uint8Array,
): GrpcMethod {
  return async (call) => {
    for await (const message of call.messages) {
      await call.write(frame(await answer(message, call)));
      return;
    }
    throw new GrpcError(grpcCode.internal, "the call came without a message");
  };
}

/** What serves gRPC on a connection. */
export interface GrpcConnection {
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** Ends the connection and every call on it. */
  close(): void;
}

/** Of what may wait to be sent, in MB: files are sent no faster than they are taken, so it is never reached. */
const sessionMemory = 64;

/**
 * Serves gRPC over HTTP/2 on a connection that is there already, with Node's own server, which takes any duplex stream
 * by its event `connection`.
 *
 * @param methods by path: `/grpc.health.v1.Health/Check`
 */
export function serveGrpc(socket: Duplex, methods: ReadonlyMap<string, GrpcMethod>): GrpcConnection {
  const server = createServer({ maxSessionMemory: sessionMemory });
  let session: ServerHttp2Session | undefined;
  server.on("session", (opened) => {
    session = opened;
    // The socket's end says it all, and without a listener an error would end the process.
    opened.on("error", () => {});
  });
  server.on("sessionError", () => {});
  server.on("stream", (stream, headers, _flags, rawHeaders) => {
    void answer(stream, methods.get(String(headers[":path"])), readMetadata(rawHeaders));
  });
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  socket.on("error", () => {});
  server.emit("connection", socket);
  return {
    closed,
    close() {
      // Node's session reads what the socket had buffered in the next tick, and throws there when it has been destroyed.
      process.nextTick(() => {
        session?.destroy();
        socket.destroy();
      });
    },
  };
}

/** Node joins the values of a header that comes several times with a comma, which a value may hold: they are read raw. */
function readMetadata(rawHeaders: readonly string[]): Map<string, string[]> {
  const metadata = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const values = metadata.get(name);
    if (values) values.push(rawHeaders[at + 1]!);
    else metadata.set(name, [rawHeaders[at + 1]!]);
  }
  return metadata;
}

async function answer(
  stream: ServerHttp2Stream,
  method: GrpcMethod | undefined,
  metadata: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const ended = new AbortController();
  let status: { code: number; message: string } = { code: grpcCode.ok, message: "" };
  stream.on("error", () => {});
  stream.once("close", () => ended.abort());
  stream.once("wantTrailers", () => {
    const { code, message } = status;
    stream.sendTrailers({
      "grpc-status": String(code),
      ...(message ? { "grpc-message": encodeGrpcMessage(message) } : {}),
    });
  });
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  try {
    if (!method) throw new GrpcError(grpcCode.unimplemented, `unknown method ${metadata.get(":path")?.[0]}`);
    await method({
      metadata,
      signal: ended.signal,
      // Whoever stops reading has still to answer.
      messages: readFrames(stream.iterator({ destroyOnReturn: false })),
      write: writerOf(stream),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    status = { code: error instanceof GrpcError ? error.code : grpcCode.unknown, message };
  }
  if (stream.destroyed) return;
  stream.end();
  // What the other side still sends is of no interest any more, but must not keep the stream open.
  stream.resume();
}

/** Writes to a stream for any number of writers, who wait for room together. */
function writerOf(stream: ServerHttp2Stream): (bytes: Buffer) => Promise<void> {
  let room: Promise<void> | undefined;
  return async (bytes) => {
    if (stream.destroyed) throw givenUp();
    if (stream.write(bytes)) return;
    room ??= roomIn(stream).finally(() => {
      room = undefined;
    });
    await room;
  };
}

function roomIn(stream: ServerHttp2Stream): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      if (stream.destroyed) reject(givenUp());
      else resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

function givenUp(): GrpcError {
  return new GrpcError(grpcCode.cancelled, "the call was given up");
}
