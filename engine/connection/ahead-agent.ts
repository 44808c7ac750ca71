import { Agent, type ClientRequestArgs } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Has connections to a socket there before a request wants them. At the end of a tunnel each takes a round trip until it
 * carries anything.
 */
export class AheadAgent extends Agent {
  readonly #path: string;
  readonly #ahead: Socket[] = [];

  constructor(path: string, options: ConstructorParameters<typeof Agent>[0]) {
    super(options);
    this.#path = path;
  }

  /** Opens so many connections; one that cannot be is no error: the request that would have taken it makes its own. */
  openAhead(count: number): void {
    for (let i = 0; i < count; i++) this.#ahead.push(connect(this.#path).on("error", () => {}));
  }

  override createConnection(
    options: ClientRequestArgs,
    created?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    for (let socket = this.#ahead.shift(); socket; socket = this.#ahead.shift())
      if (!socket.destroyed) return socket;
    return super.createConnection(options, created);
  }

  override destroy(): void {
    for (const socket of this.#ahead.splice(0)) socket.destroy();
    super.destroy();
  }
}
