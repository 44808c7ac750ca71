import type { Lab } from "../../../core/lab/lab.ts";
import { type LabGraph, labGraph } from "../../../core/lab/lab-graph.ts";
import { type Connection, type ConnectOptions, lossOf } from "../../../engine/connection/connection.ts";
import type { Host, HostUrl } from "../../../engine/connection/host.ts";
import { detailsOf, type FailureDetails } from "../../../engine/failure.ts";
import type { ImageState } from "../../../engine/lab/image-states.ts";

/** How far a lab's host was asked. `unasked`: nobody has connected to it, and it is not connected to unasked. */
export type Look =
  | { readonly kind: "unasked" }
  | { readonly kind: "looking" }
  | { readonly kind: "seen" }
  | { readonly kind: "failed"; readonly failure: FailureDetails };

/** A lab, and how its images stand on its host. */
export interface LabOnHost {
  readonly lab: Lab;
  readonly graph: LabGraph;
  /** Undefined where the settings name none that can be one. */
  readonly host: Host | undefined;
  readonly look: Look;
  /** By the image's name; those of the look before while there is a new one, empty where nothing is known. */
  readonly states: ReadonlyMap<string, ImageState>;
}

/** Where labs and the states of their images come from. */
export interface LabSource {
  labs(): Promise<readonly Lab[]>;
  /** @throws {EngineFailure} where what names it is wrong */
  host(lab: Lab): Promise<Host>;
  /** Whether the host may be asked though the user has not said so. */
  mayAsk(host: Host): boolean;
  connect(host: Host, options: ConnectOptions): Promise<Connection>;
  states(lab: Lab, connection: Connection, signal: AbortSignal): Promise<readonly ImageState[]>;
  /** Calls `changed` when images of the host may be others, until the signal. */
  watch(connection: Connection, signal: AbortSignal, changed: () => void): void;
}

/** A connection that is kept, to be told of changes. */
interface Kept {
  readonly connection: Promise<Connection>;
  readonly end: AbortController;
}

const nothing: ReadonlyMap<string, ImageState> = new Map();
/** How long (ms) changes rest before labs and hosts are looked at. */
const defaultRestMs = 400;

/**
 * The labs of the workspace with the states of their images. Nothing is read before somebody looks, no host is asked while
 * nobody does; then what changes is read anew, and nothing is polled.
 */
export class LabsOnHosts {
  readonly #source: LabSource;
  readonly #changed: () => void;
  readonly #restMs: number;
  readonly #kept = new Map<HostUrl, Kept>();
  #labs: readonly LabOnHost[] | undefined;
  #isWatched = false;
  #isStale = true;
  #reading = new AbortController();
  #newest: Promise<void> = Promise.resolve();
  #asked: ConnectOptions | undefined;
  #resting: NodeJS.Timeout | undefined;

  /** `changed` is called each time that there is something else to show. */
  constructor(source: LabSource, changed: () => void, restMs: number = defaultRestMs) {
    this.#source = source;
    this.#changed = changed;
    this.#restMs = restMs;
  }

  /** Undefined before they were read once. */
  get labs(): readonly LabOnHost[] | undefined {
    return this.#labs;
  }

  /** Whether anybody looks; what changed meanwhile is read once somebody does. */
  set isWatched(isWatched: boolean) {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    if (!isWatched) this.#stop();
    else if (this.#isStale) void this.read();
  }

  /** A file of a lab, an image of a host or the choice of a host changed: reads anew, once that rests. */
  readSoon(): void {
    this.#isStale = true;
    if (!this.#isWatched) return;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.read(), this.#restMs);
  }

  /**
   * Reads the labs, and asks their hosts; resolves once what is shown is as new as it gets. `asked` is given where the user
   * asked for it: then hosts that nobody has connected to are connected to as well. Where it fails, that is what
   * {@link labs} says.
   */
  async read(asked?: ConnectOptions): Promise<void> {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    // What changes meanwhile begins anew, and is still what the user asked for.
    this.#asked = asked ?? this.#asked;
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#isStale = true;
    this.#newest = this.#readOnce(this.#asked, this.#reading.signal);
    for (let awaited: Promise<void> | undefined; awaited !== this.#newest; await awaited)
      awaited = this.#newest;
    this.#asked = undefined;
    // Who asked while nobody looks is answered once, and not told of changes.
    if (!this.#isWatched) this.#letAllGo();
  }

  async #readOnce(asked: ConnectOptions | undefined, signal: AbortSignal): Promise<void> {
    const labs = await this.#source.labs();
    const found = await Promise.all(labs.map((lab) => this.#begin(lab, asked !== undefined)));
    if (signal.aborted) return;
    this.#keepOnly(found);
    this.#labs = found;
    this.#changed();
    await Promise.all(
      found.map(async (each, index) => {
        if (each.look.kind !== "looking" || !each.host) return;
        const seen = await this.#look(each, each.host, asked ?? {}, signal);
        if (!signal.aborted && seen) this.#replace(index, seen);
      }),
    );
    // While nobody looks hosts are not asked, and what waits its turn is still to be read.
    if (!signal.aborted && this.#isWatched && !this.#resting) this.#isStale = false;
  }

  close(): void {
    this.#isWatched = false;
    this.#stop();
  }

  async #begin(lab: Lab, asked: boolean): Promise<LabOnHost> {
    const graph = labGraph(lab);
    let host: Host;
    try {
      host = await this.#source.host(lab);
    } catch (error) {
      return { lab, graph, host: undefined, look: failed(error), states: nothing };
    }
    const mayAsk = asked || (this.#isWatched && this.#source.mayAsk(host));
    // What was known of a host that is not asked any more may be so no longer.
    if (!mayAsk) return { lab, graph, host, look: { kind: "unasked" }, states: nothing };
    const before = this.#labs?.find((each) => each.lab.root === lab.root && each.host?.url === host.url);
    return { lab, graph, host, look: { kind: "looking" }, states: before?.states ?? nothing };
  }

  /** Undefined where the look was ended. */
  async #look(
    entry: LabOnHost,
    host: Host,
    options: ConnectOptions,
    signal: AbortSignal,
  ): Promise<LabOnHost | undefined> {
    try {
      const connection = await this.#connection(host, options);
      const states = await this.#source.states(entry.lab, connection, signal);
      return {
        ...entry,
        look: { kind: "seen" },
        states: new Map(states.map((state) => [state.name, state])),
      };
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#letGo(host.url);
      return { ...entry, look: failed(error), states: nothing };
    }
  }

  #connection(host: Host, options: ConnectOptions): Promise<Connection> {
    const kept = this.#kept.get(host.url);
    if (kept) return kept.connection;
    const end = new AbortController();
    const connection = this.#source.connect(host, { ...options, signal: end.signal });
    this.#kept.set(host.url, { connection, end });
    connection.then(
      (made) => {
        if (end.signal.aborted) void made.close();
        else this.#keep(host.url, made, end.signal);
      },
      // Whoever looks is told.
      () => {},
    );
    return connection;
  }

  #keep(url: HostUrl, connection: Connection, signal: AbortSignal): void {
    signal.addEventListener("abort", () => void connection.close());
    this.#source.watch(connection, signal, () => this.readSoon());
    const lose = () => {
      if (signal.aborted) return;
      this.#letGo(url);
      const look = failed(lossOf(connection));
      this.#labs = this.#labs?.map((each) =>
        each.host?.url === url ? { ...each, look, states: nothing } : each,
      );
      this.#changed();
    };
    if (connection.lost.aborted) lose();
    else connection.lost.addEventListener("abort", lose);
  }

  #replace(index: number, entry: LabOnHost): void {
    this.#labs = this.#labs?.with(index, entry);
    this.#changed();
  }

  /** Lets go of hosts that no lab is on any more, or that are not to be asked. */
  #keepOnly(labs: readonly LabOnHost[]): void {
    const asked = new Set(labs.flatMap(({ host, look }) => (look.kind === "looking" && host?.url) || []));
    for (const url of [...this.#kept.keys()]) if (!asked.has(url)) this.#letGo(url);
  }

  #letGo(url: HostUrl): void {
    this.#kept.get(url)?.end.abort();
    this.#kept.delete(url);
  }

  #stop(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#reading.abort();
    this.#letAllGo();
  }

  #letAllGo(): void {
    for (const url of [...this.#kept.keys()]) this.#letGo(url);
  }
}

function failed(error: unknown): Look {
  return { kind: "failed", failure: detailsOf(error) };
}
