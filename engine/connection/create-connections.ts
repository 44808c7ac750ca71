import { EngineFailure } from "../failure.ts";
import type { Connection, Connections, ConnectOptions } from "./connection.ts";
import { openDirectLink } from "./direct-link.ts";
import type { Host } from "./host.ts";
import { type Endpoint, endpointKey, parseHostUrl } from "./host-url.ts";
import type { Link } from "./link.ts";
import { openSshLink } from "./ssh/ssh-link.ts";
import { whenAborted } from "./when-aborted.ts";

/** How connections are made. */
export interface ConnectionSettings {
  /** The ssh program; `ssh` on PATH without it. */
  readonly sshCommand?: string;
  /** In place of the user's `~/.ssh/config`. */
  readonly sshConfigFile?: string;
  /** How long a tunnel that nobody uses is kept for the next one, in milliseconds. */
  readonly graceMs?: number;
  /**
   * How many seconds an ssh connection is kept, after its end here, for this user's next program that asks for it;
   * without it none is.
   */
  readonly keepSeconds?: number;
}

/** Long enough for the next command of somebody at work. */
const defaultGraceMs = 60_000;

/** Connections to any host; those to one host share one tunnel. Close them, or their processes stay until this one ends. */
export function createConnections(settings: ConnectionSettings = {}): Connections {
  return new SharedConnections(settings);
}

/** A link and those who use it or wait for it. */
interface Shared {
  readonly link: Promise<Link>;
  readonly attempt: AbortController;
  /** Whether ssh's questions are answered. */
  readonly asks: boolean;
  users: number;
  /** Not to be kept for the next user. */
  isLetGo: boolean;
  pending: boolean;
  idle: NodeJS.Timeout | undefined;
}

class SharedConnections implements Connections {
  readonly #settings: ConnectionSettings;
  readonly #shared = new Map<string, Shared>();
  /** Links that are being closed. */
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  async connect(host: Host, options: ConnectOptions = {}): Promise<Connection> {
    const endpoint = parseHostUrl(host.url, host.name);
    throwIfCancelled(host, options.signal);
    if (this.#closed) throw cancelled(host);
    const key = keyOf(host, endpoint);
    const shared = this.#shared.get(key) ?? this.#open(key, host, endpoint, options);
    shared.users++;
    clearTimeout(shared.idle);
    try {
      const link = await unlessAborted(shared.link, options.signal);
      throwIfCancelled(host, options.signal);
      return this.#handle(key, shared, link, host);
    } catch (error) {
      this.#release(key, shared);
      throwIfCancelled(host, options.signal);
      // The attempt was somebody's who could answer nothing.
      if (options.ask && !shared.asks && isForWantOfAnAnswer(error)) return this.connect(host, options);
      throw error;
    }
  }

  letGo(host: Host): void {
    const key = keyOf(host, parseHostUrl(host.url, host.name));
    const shared = this.#shared.get(key);
    if (!shared) return;
    if (shared.users === 0) this.#end(key, shared);
    else shared.isLetGo = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const [key, shared] of this.#shared) this.#end(key, shared);
    await Promise.all(this.#closing);
  }

  #open(key: string, host: Host, endpoint: Endpoint, { ask }: ConnectOptions): Shared {
    const attempt = new AbortController();
    const { sshCommand = "ssh", sshConfigFile, keepSeconds } = this.#settings;
    const link =
      endpoint.kind === "ssh"
        ? openSshLink({ command: sshCommand, configFile: sshConfigFile }, host, endpoint, {
            signal: attempt.signal,
            keepSeconds,
            ...(ask ? { ask } : {}),
          })
        : openDirectLink(host, endpoint, attempt.signal);
    const shared: Shared = {
      link,
      attempt,
      asks: ask !== undefined,
      users: 0,
      isLetGo: false,
      pending: true,
      idle: undefined,
    };
    this.#shared.set(key, shared);
    link.then(
      // Whoever comes next gets a new one.
      ({ lost }) => {
        shared.pending = false;
        whenAborted(lost, () => this.#end(key, shared));
      },
      () => this.#forget(key, shared),
    );
    return shared;
  }

  #handle(key: string, shared: Shared, link: Link, host: Host): Connection {
    let open = true;
    return {
      host,
      transport: link.transport,
      docker: link.docker,
      lost: link.lost,
      ...(link.run ? { run: link.run } : {}),
      ...(link.forward ? { forward: link.forward } : {}),
      close: async () => {
        if (!open) return;
        open = false;
        this.#release(key, shared);
        // What is not kept has ended when this resolves.
        if (!this.#shared.has(key)) await Promise.all(this.#closing);
      },
    };
  }

  #release(key: string, shared: Shared): void {
    shared.users--;
    if (shared.users > 0) return;
    // A lost one is of no use, and nobody waits for a pending one any more.
    if (
      shared.pending ||
      shared.isLetGo ||
      this.#shared.get(key) !== shared ||
      this.#settings.graceMs === 0
    ) {
      this.#end(key, shared);
      return;
    }
    shared.idle = setTimeout(() => this.#end(key, shared), this.#settings.graceMs ?? defaultGraceMs);
    shared.idle.unref();
  }

  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }

  #end(key: string, shared: Shared): void {
    this.#forget(key, shared);
    clearTimeout(shared.idle);
    shared.attempt.abort(new EngineFailure({ cause: "cancelled", what: "the connection was closed" }));
    const closing = shared.link.then(
      (link) => link.close(),
      () => {},
    );
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}

/** Of those who share a link. */
function keyOf({ tls }: Host, endpoint: Endpoint): string {
  return JSON.stringify([endpointKey(endpoint), tls]);
}

function isForWantOfAnAnswer(error: unknown): boolean {
  return error instanceof EngineFailure && ["ssh-auth", "ssh-host-key"].includes(error.details.cause);
}

function cancelled(host: Host): EngineFailure {
  return new EngineFailure({ cause: "cancelled", what: `connecting to ${host.name} was cancelled` });
}

function throwIfCancelled(host: Host, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(host);
}

/** Waits for a promise, or for the signal. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
