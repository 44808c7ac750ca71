import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { parses } from "../../fixes/append-commands.ts";
import { chainFacts } from "../chain-facts.ts";
import type { FactSource, Facts } from "../facts.ts";
import { type CacheCleaned, type CacheMade, cacheEvents, cleans } from "./cache-events.ts";
import { type Place, places } from "./place.ts";
import { shippedRuns } from "./run-order.ts";

/** A command that leaves a cache, and the RUN whose layer has kept it. */
export interface CacheLeft {
  readonly run: RunInstruction;
  readonly place: Place;
  readonly made: CacheMade;
}

/** A command that deletes caches in a later RUN than those that made them. */
export interface LateCleanup {
  readonly run: RunInstruction;
  readonly place: Place;
  readonly invocation: Invocation;
  /** Each of its words (a path of `rm`, the command of `apt-get`) that comes too late, and what it comes too late for. */
  readonly late: readonly { readonly cleaned: CacheCleaned; readonly left: readonly CacheLeft[] }[];
}

/** Every clean-up that comes too late, in the order in which they run. */
export function lateCleanups({ dockerfile }: FactSource, facts: Facts): readonly LateCleanup[] {
  const found: LateCleanup[] = [];
  const known = facts.get(places);
  const chain = facts.get(chainFacts);
  const left = new Caches<CacheLeft>();
  for (const run of shippedRuns(dockerfile)) {
    const place = known.of(run);
    const own = new Caches<CacheLeft>();
    const late = new Map<Invocation, LateCleanup["late"][number][]>();
    for (const event of cacheEvents(run, place, run.stage && chain.at(run.stage).os)) {
      if (event.kind === "made") {
        own.add({ run, place, made: event });
        continue;
      }
      // It cleans up behind its own RUN: it stands where it should.
      const right = own.has(event);
      // What a script left that is not seen into, the next clean-up may delete as well.
      own.take(event, ({ cache }) => cache !== undefined);
      const gone = left.take(event);
      if (right || gone.length === 0 || !event.certain) continue;
      const word = { cleaned: event, left: gone };
      const words = late.get(event.invocation);
      if (words) words.push(word);
      else late.set(event.invocation, [word]);
    }
    for (const each of own.all()) if (each.made.certain) left.add(each);
    for (const [invocation, words] of late) {
      if (parses(invocation.script)) found.push({ run, place, invocation, late: words });
    }
  }
  return found;
}

/** What was made and is still there, by what a clean-up asks: it looks at each kind once, not at each of thousands. */
class Caches<T extends { readonly made: CacheMade }> {
  readonly #kinds = new Map<
    string,
    { readonly made: CacheMade; readonly items: { at: number; item: T }[] }
  >();
  #count = 0;

  add(item: T): void {
    const { made } = item;
    const kind = [made.cache ?? "", ...made.directories].join("\n");
    const entry = { at: this.#count++, item };
    const known = this.#kinds.get(kind);
    if (known) known.items.push(entry);
    else this.#kinds.set(kind, { made, items: [entry] });
  }

  has(cleaned: CacheCleaned): boolean {
    return [...this.#kinds.values()].some(({ made }) => cleans(cleaned, made));
  }

  /** Takes out what the clean-up deletes, of the kinds that may go; in the order in which it was made. */
  take(cleaned: CacheCleaned, may: (made: CacheMade) => boolean = () => true): T[] {
    const taken: { at: number; item: T }[] = [];
    for (const [kind, { made, items }] of this.#kinds) {
      if (!may(made) || !cleans(cleaned, made)) continue;
      for (const each of items) taken.push(each);
      this.#kinds.delete(kind);
    }
    return inOrder(taken);
  }

  /** Everything in the order in which it was made. */
  all(): T[] {
    return inOrder([...this.#kinds.values()].flatMap(({ items }) => items));
  }
}

function inOrder<T>(entries: { readonly at: number; readonly item: T }[]): T[] {
  return entries.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
