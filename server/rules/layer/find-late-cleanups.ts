import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { parses } from "../../fixes/append-commands.ts";
import type { FactSource } from "../facts.ts";
import { type CacheCleaned, type CacheMade, cacheEvents, cleans } from "./cache-events.ts";
import { type Place, Places } from "./place.ts";
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
export function lateCleanups({ dockerfile }: FactSource): readonly LateCleanup[] {
  const found: LateCleanup[] = [];
  const places = new Places(dockerfile);
  let left: CacheLeft[] = [];
  for (const run of shippedRuns(dockerfile)) {
    const place = places.of(run);
    let own: CacheMade[] = [];
    const late = new Map<Invocation, LateCleanup["late"][number][]>();
    for (const event of cacheEvents(run, place)) {
      if (event.kind === "made") {
        own.push(event);
        continue;
      }
      // It cleans up behind its own RUN: it stands where it should.
      const right = own.some((made) => cleans(event, made));
      // What a script left that is not seen into, the next clean-up may delete as well.
      own = own.filter((made) => made.cache === undefined || !cleans(event, made));
      const gone = left.filter(({ made }) => cleans(event, made));
      left = left.filter((each) => !gone.includes(each));
      if (right || gone.length === 0 || !event.certain) continue;
      const words = late.get(event.invocation) ?? [];
      late.set(event.invocation, [...words, { cleaned: event, left: gone }]);
    }
    left.push(...own.filter(({ certain }) => certain).map((made) => ({ run, place, made })));
    for (const [invocation, words] of late) {
      if (parses(invocation.script)) found.push({ run, place, invocation, late: words });
    }
  }
  return found;
}
