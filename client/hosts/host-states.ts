import type { Connection, ConnectOptions } from "../../engine/connection/connection.ts";
import type { Host, HostUrl } from "../../engine/connection/host.ts";
import type { HostFacts } from "../../engine/connection/host-facts.ts";
import { detailsOf, EngineFailure, type FailureDetails } from "../../engine/failure.ts";
import { Emitter, type Event } from "../emitter.ts";

/** What is known of a host. */
export type HostState =
  | { readonly kind: "not-asked" }
  | { readonly kind: "connecting" }
  | { readonly kind: "reached"; readonly facts: HostFacts }
  | { readonly kind: "not-reached"; readonly failure: FailureDetails }
  /** ssh has a question, and nobody could answer: it was asked in silence. */
  | { readonly kind: "wants-answer"; readonly failure: FailureDetails };

/** What asks hosts, so that nothing of the engine is loaded before a host is asked. */
export interface HostProbe {
  connect(host: Host, options: ConnectOptions): Promise<Connection>;
  facts(connection: Connection, signal: AbortSignal): Promise<HostFacts>;
  /** Calls `changed` each time that something happens which changes the facts, until the signal. */
  watch(connection: Connection, signal: AbortSignal, changed: () => void): void;
}

/** A host that was asked. */
interface Asked {
  readonly host: Host;
  readonly end: AbortController;
  /** Whether ssh's questions are answered. */
  readonly asks: boolean;
  state: HostState;
  /** Until it is reached, or not. */
  asking: Promise<void>;
  connection: Connection | undefined;
  /** Something has changed since the facts were read. */
  isStale: boolean;
  resting: NodeJS.Timeout | undefined;
}

const notAsked: HostState = { kind: "not-asked" };
/** A build brings many events; how much is free is read once they rest, in milliseconds. */
const defaultRestMs = 2_000;

/**
 * What is known of the hosts that somebody asked about. A host that is reached stays connected, so that its daemon tells of
 * changes and its loss is noticed: nothing is polled. While nobody looks nothing is read either.
 */
export class HostStates {
  readonly #probe: HostProbe;
  readonly #changed = new Emitter<HostUrl>();
  /** Another state is known of the host of this URL. */
  readonly onDidChange: Event<HostUrl> = this.#changed.event;
  readonly #restMs: number;
  readonly #asked = new Map<HostUrl, Asked>();
  /** Those that were let go of. */
  readonly #left = new Set<HostUrl>();
  #isWatched = false;

  constructor(probe: HostProbe, restMs: number = defaultRestMs) {
    this.#probe = probe;
    this.#restMs = restMs;
  }

  /** Whether anybody looks; what changed meanwhile is read once somebody does. */
  set isWatched(isWatched: boolean) {
    this.#isWatched = isWatched;
    if (isWatched) for (const asked of this.#asked.values()) if (asked.isStale) void this.#read(asked);
  }

  /** Waits while a host is being asked. */
  async untilKnown({ url }: Host): Promise<void> {
    await this.#asked.get(url)?.asking;
  }

  stateOf({ url }: Host): HostState {
    return this.#asked.get(url)?.state ?? notAsked;
  }

  /**
   * Connects to a host that is not connected yet, and gives what came of it. Where it was tried in vain it is not tried
   * again, unless what it wanted was an answer that can be given now.
   */
  async ask(host: Host, options: ConnectOptions = {}): Promise<HostState> {
    const asked = this.#asked.get(host.url) ?? this.#begin(host, options);
    await asked.asking;
    if (options.ask && asked.state.kind === "wants-answer") return this.askAgain(host, options);
    return this.stateOf(host);
  }

  /** As {@link ask}, for somebody who is about to work there: what was tried in vain before is tried again. */
  askToWork(host: Host, options: ConnectOptions = {}): Promise<HostState> {
    const isAway = this.stateOf(host).kind === "not-reached";
    return isAway ? this.askAgain(host, options) : this.ask(host, options);
  }

  /** Asks anew, over the connection that there is; not where the host is let go of meanwhile. */
  async askAgain(host: Host, options: ConnectOptions = {}): Promise<HostState> {
    const asked = this.#asked.get(host.url);
    if (!asked) return this.ask(host, options);
    await asked.asking;
    if (asked.state.kind === "reached") {
      await this.#read(asked);
      return this.stateOf(host);
    }
    if (this.#left.has(host.url)) return this.stateOf(host);
    this.#forget(asked);
    return this.ask(host, options);
  }

  /** Asks all anew that were asked before, without questions. */
  async askAllAgain(): Promise<void> {
    await Promise.all([...this.#asked.values()].map(({ host }) => this.askAgain(host)));
  }

  /** Lets go of a host: nothing is known of it any more. */
  disconnect({ url }: Host): void {
    this.#left.add(url);
    const asked = this.#asked.get(url);
    if (asked) this.#leave(asked);
  }

  /** Whether somebody has disconnected from a host, and nobody has asked it since. */
  wasLeft({ url }: Host): boolean {
    return this.#left.has(url);
  }

  /** Lets go of all hosts. */
  close(): void {
    for (const asked of this.#asked.values()) this.#forget(asked);
  }

  #begin(host: Host, options: ConnectOptions): Asked {
    const end = new AbortController();
    const asked: Asked = {
      host,
      end,
      asks: options.ask !== undefined,
      state: { kind: "connecting" },
      asking: Promise.resolve(),
      connection: undefined,
      isStale: false,
      resting: undefined,
    };
    this.#asked.set(host.url, asked);
    this.#left.delete(host.url);
    asked.asking = this.#reach(asked, options);
    this.#changed.fire(host.url);
    return asked;
  }

  async #reach(asked: Asked, options: ConnectOptions): Promise<void> {
    const { signal } = asked.end;
    try {
      const both = AbortSignal.any([signal, ...(options.signal ? [options.signal] : [])]);
      const connection = await this.#probe.connect(asked.host, { ...options, signal: both });
      if (signal.aborted) {
        void connection.close();
        return;
      }
      asked.connection = connection;
      const facts = await this.#probe.facts(connection, both);
      this.#settle(asked, { kind: "reached", facts });
      const { lost } = connection;
      lost.addEventListener("abort", () => this.#fail(asked, lost.reason), { signal });
      if (lost.aborted) this.#fail(asked, lost.reason);
      this.#probe.watch(connection, signal, () => this.#rest(asked));
    } catch (error) {
      if (isCancelled(error) || options.signal?.aborted) this.#leave(asked);
      else this.#fail(asked, error);
    }
  }

  /** Reads once changes rest, if somebody looks. */
  #rest(asked: Asked): void {
    asked.isStale = true;
    clearTimeout(asked.resting);
    asked.resting = setTimeout(() => {
      if (this.#isWatched) void this.#read(asked);
    }, this.#restMs);
    asked.resting.unref();
  }

  async #read(asked: Asked): Promise<void> {
    const { connection, end } = asked;
    if (!connection || end.signal.aborted) return;
    asked.isStale = false;
    try {
      const facts = await this.#probe.facts(connection, end.signal);
      this.#settle(asked, { kind: "reached", facts });
    } catch (error) {
      this.#fail(asked, error);
    }
  }

  #fail(asked: Asked, error: unknown): void {
    const failure = detailsOf(error, `${asked.host.name} cannot be asked`);
    const isQuestion = !asked.asks && ["ssh-auth", "ssh-host-key"].includes(failure.cause);
    this.#settle(asked, { kind: isQuestion ? "wants-answer" : "not-reached", failure });
    this.#release(asked);
  }

  #settle(asked: Asked, state: HostState): void {
    // What was let go of, or has failed, is not told of any more.
    if (asked.end.signal.aborted) return;
    asked.state = state;
    this.#changed.fire(asked.host.url);
  }

  #leave(asked: Asked): void {
    this.#forget(asked);
    this.#changed.fire(asked.host.url);
  }

  #forget(asked: Asked): void {
    if (this.#asked.get(asked.host.url) === asked) this.#asked.delete(asked.host.url);
    this.#release(asked);
  }

  #release(asked: Asked): void {
    clearTimeout(asked.resting);
    asked.end.abort();
    void asked.connection?.close();
    asked.connection = undefined;
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof EngineFailure && error.details.cause === "cancelled";
}
