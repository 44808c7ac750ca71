import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import { StdioSocket } from "./stdio-socket.ts";

/** sshd allows ten sessions a connection (MaxSessions) and ten logins at a time (MaxStartups); some are left to others. */
const mostProcesses = 8;
/** Of these, for requests; the others are for connections that requests were upgraded to, which may last. */
const mostRequests = 5;

type Created = (error: Error | null, socket: Duplex) => void;

/** Makes each connection of Node's http client a process on the host, a bounded number at a time. */
export class StdioAgent extends Agent {
  readonly #start: () => ChildProcessWithoutNullStreams;
  readonly #waiting: Created[] = [];
  #running = 0;
  #isOver = false;

  constructor(start: () => ChildProcessWithoutNullStreams) {
    super({ keepAlive: true, maxSockets: mostRequests, maxFreeSockets: 2 });
    this.#start = start;
  }

  override createConnection(_options: ClientRequestArgs, created?: Created): undefined {
    if (!created) throw new Error("a connection over ssh is made for an http request only");
    if (this.#isOver) refuse(created);
    else {
      this.#waiting.push(created);
      this.#serve();
    }
  }

  /** For each socket that ends Node's own asks for a new one, where a request waits: it gets none. */
  override destroy(): void {
    this.#isOver = true;
    for (const created of this.#waiting.splice(0)) refuse(created);
    super.destroy();
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#running < mostProcesses) {
      const created = this.#waiting.shift()!;
      this.#running++;
      const child = this.#start();
      const ended = () => {
        child.removeListener("close", ended);
        child.removeListener("error", ended);
        this.#running--;
        this.#serve();
      };
      child.once("close", ended);
      child.once("error", ended);
      created(null, new StdioSocket(child));
    }
  }
}

/** Node's own asks for no socket beside an error. */
function refuse(created: Created): void {
  (created as (error: Error) => void)(new Error("the connection was closed"));
}
