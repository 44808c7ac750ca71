import { connect, createServer, type Socket } from "node:net";
import { expect } from "vitest";

/** A registry's port, reached through a link that is slow or breaks. */
export interface SlowProxy {
  readonly host: string;
  /** Bytes that came from the daemon so far. */
  readonly received: number;
  /** Ends every connection with a reset; new ones are accepted. */
  breakConnections(): void;
  /** From now on nobody is there: a registry that starts meanwhile may be given the port of the one that has gone. */
  goDown(): void;
  stop(): Promise<void>;
}

const stepMs = 20;

/** Passes on at most so many bytes a second from the daemon, or to it; the other way is not slowed. */
export async function startSlowProxy(
  port: number,
  bytesPerSecond: number,
  slowed: "from the daemon" | "to the daemon" = "from the daemon",
): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let received = 0;
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const registry = connect(port, "127.0.0.1");
    for (const [socket, other] of [
      [client, registry],
      [registry, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    const [source, target] = slowed === "from the daemon" ? [client, registry] : [registry, client];
    target.pipe(source);
    client.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    source.on("data", (chunk: Buffer) => {
      target.write(chunk);
      source.pause();
      setTimeout(() => source.resume(), Math.max(stepMs, (chunk.length / bytesPerSecond) * 1000));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const own = typeof address === "object" && address ? address.port : 0;
  return {
    host: `127.0.0.1:${own}`,
    get received() {
      return received;
    },
    breakConnections: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    goDown: () => {
      isDown = true;
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Waits until a count has stood still for a while. */
export async function untilStill(count: () => number): Promise<void> {
  let before = -1;
  await expect
    .poll(
      () => {
        const still = count() === before;
        before = count();
        return still;
      },
      { interval: 300, timeout: 15_000 },
    )
    .toBe(true);
}
