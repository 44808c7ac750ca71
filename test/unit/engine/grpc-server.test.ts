import { connect } from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import { expect, test } from "vitest";
import { frame } from "../../../engine/buildkit/grpc/grpc-frames.ts";
import { serveGrpc } from "../../../engine/buildkit/grpc/grpc-server.ts";

/** More than Node lets listen to one event without a warning. */
const writers = 20;

test("many writers of one call wait for room together", async () => {
  const [ours, theirs]: Duplex[] = duplexPair();
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on("warning", onWarning);
  const method = async ({ write }: { write: (frames: Buffer) => Promise<void> }) => {
    await Promise.all(Array.from({ length: writers }, () => write(frame(Buffer.alloc(50_000)))));
  };
  const server = serveGrpc(ours!, new Map([["/test", method]]));
  const client = connect("http://test", { createConnection: () => theirs! });
  try {
    const stream = client.request({ ":method": "POST", ":path": "/test" });
    stream.end();
    let received = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) received += chunk.length;
    expect(received).toBe(writers * (50_000 + 5));
    // A warning is told in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  } finally {
    process.off("warning", onWarning);
    client.destroy();
    server.close();
  }
});
