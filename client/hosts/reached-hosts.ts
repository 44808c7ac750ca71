import type { Connection } from "../../engine/connection/connection.ts";
import type { Host, HostUrl } from "../../engine/connection/host.ts";

/** Which hosts were reached, and neither lost nor left since: those may be connected to again unasked. */
export class ReachedHosts {
  /** What tells of the loss of the newest way to each. */
  readonly #lost = new Map<HostUrl, AbortSignal>();
  /** How often each was left. */
  readonly #departures = new Map<HostUrl, number>();

  has({ url }: Host): boolean {
    return this.#lost.has(url);
  }

  /**
   * Called where somebody sets out for a host; what it gives is called with the connection, and says whether the host had not
   * been reached. Whoever leaves it meanwhile means that way too.
   */
  setOut({ url }: Host): (made: Pick<Connection, "lost">) => boolean {
    const departures = this.#departures.get(url);
    return ({ lost }) => departures === this.#departures.get(url) && this.#arrive(url, lost);
  }

  leave({ url }: Host): void {
    this.#lost.delete(url);
    this.#departures.set(url, (this.#departures.get(url) ?? 0) + 1);
  }

  /** A way that ends with its last user is not lost, and the next one is another. */
  #arrive(url: HostUrl, lost: AbortSignal): boolean {
    const before = this.#lost.get(url);
    if (before === lost) return false;
    this.#lost.set(url, lost);
    const lose = () => {
      if (this.#lost.get(url) === lost) this.#lost.delete(url);
    };
    lost.addEventListener("abort", lose);
    if (lost.aborted) lose();
    return before === undefined;
  }
}
