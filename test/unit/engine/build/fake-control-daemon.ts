import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createGrpc } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Connection } from "../../../../engine/connection/connection.ts";
import { socketConnection } from "../../../engine/daemon.ts";

/** How a method of BuildKit's API ends. */
export interface FakeAnswer {
  /** Messages, each with its frame's header. */
  readonly messages?: readonly Buffer[];
  readonly code?: number;
  readonly said?: string;
  /** How many bytes it says more about the failure (`grpc-status-details-bin`). */
  readonly details?: number;
}

/** Stands in for a daemon that refuses a build early, or fails it with much to say: the bed's has no reason to. */
export async function fakeControlDaemon(methods: Readonly<Record<string, FakeAnswer>>): Promise<Connection> {
  const grpc = createGrpc({ maxSendHeaderBlockLength: 1 << 20 });
  grpc.on("stream", (stream, headers) => {
    const { messages = [], code = 0, said = "", details } = methods[String(headers[":path"]).split("/")[2]!]!;
    stream.on("error", () => {});
    stream.resume();
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () =>
      stream.sendTrailers({
        "grpc-status": String(code),
        "grpc-message": encodeURIComponent(said),
        ...(details ? { "grpc-status-details-bin": "A".repeat(details) } : {}),
      }),
    );
    for (const message of messages) stream.write(message);
    // The failure comes behind the progress that is there.
    stream.on("end", () => setImmediate(() => stream.end()));
  });
  const http = createHttp((_, response) => response.writeHead(404).end('{"message":"not here"}'));
  http.on("upgrade", (request, socket) => {
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    socket.on("error", () => {});
    if (request.url?.startsWith("/grpc")) grpc.emit("connection", socket);
  });
  const folder = mkdtempSync(join(tmpdir(), "lab-control-"));
  const path = join(folder, "docker.sock");
  await new Promise<void>((listening) => http.listen(path, listening));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
    rmSync(folder, { recursive: true });
  });
  return socketConnection(path);
}
