import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from "node:http2";
import type { Duplex } from "node:stream";
import { frame, readFrames } from "./grpc-frames.ts";
import { type GrpcCode, GrpcError, grpcCode } from "./grpc-status.ts";

/** Calls methods of the other side of a connection. */
export interface GrpcClient {
  /**
   * Calls a method that takes one message. Its messages are views of what was received.
   *
   * @param path `/moby.buildkit.v1.Control/Solve`
   * @throws {GrpcError} where the call does not end well
   */
  call(path: string, message: Uint8Array): AsyncGenerator<Buffer>;
  /** Ends the connection and every call on it. */
  close(): void;
}

/** Speaks gRPC over HTTP/2 on a connection that is there already. */
export function grpcClient(socket: Duplex): GrpcClient {
  const session = connect("http://daemon", { createConnection: () => socket });
  // A call fails by itself; without a listener an error would end the process.
  session.on("error", () => {});
  return {
    call: (path, message) => {
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
      });
      return answerOf(stream, message);
    },
    close() {
      session.destroy();
      socket.destroy();
    },
  };
}

async function* answerOf(stream: ClientHttp2Stream, message: Uint8Array): AsyncGenerator<Buffer> {
  let status: IncomingHttpHeaders = {};
  // A call that fails at once has its status among the first headers.
  stream.on("response", (headers) => {
    status = { ...status, ...headers };
  });
  stream.on("trailers", (headers) => {
    status = { ...status, ...headers };
  });
  stream.end(frame(message));
  yield* readFrames(stream);
  const code = Number(status["grpc-status"] ?? grpcCode.unavailable);
  if (code === grpcCode.ok) return;
  const said = decodeURIComponent(String(status["grpc-message"] ?? "the call was cut off"));
  throw new GrpcError(code as GrpcCode, said);
}
