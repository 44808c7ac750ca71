import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { FactSource, Facts } from "../facts.ts";
import type { Edit } from "../rule.ts";
import { deletesMore } from "./cache-events.ts";
import type { Cache } from "./cache-tools.ts";
import { type LateCleanup, lateCleanups } from "./find-late-cleanups.ts";
import { removeCleanups } from "./remove-cleanup.ts";

/** What apt leaves behind: the lists, and the packages it downloaded. */
export const aptCaches: ReadonlySet<Cache> = new Set(["apt-lists", "apt-archives"]);

/** The edits that take away clean-ups that come too late, once the RUNs in `cleaned` delete those caches themselves. */
export type LateCleanupRemoval = (cleaned: ReadonlySet<RunInstruction>, caches: ReadonlySet<Cache>) => Edit[];

/**
 * For the fixes that give a RUN a clean-up of its own: a later one that then has nothing left to delete goes with
 * them. The file is searched once, when first asked.
 */
export function lateCleanupRemoval({ dockerfile }: FactSource, facts: Facts): LateCleanupRemoval {
  let byMaker: ReadonlyMap<RunInstruction, readonly LateCleanup[]> | undefined;
  return (cleaned, caches) => {
    byMaker ??= cleanupsByMaker(facts.get(lateCleanups));
    const found = new Set([...cleaned].flatMap((run) => byMaker?.get(run) ?? []));
    const idle = new Map<RunInstruction, { invocation: Invocation; words: ShellWord[] }[]>();
    for (const { run, invocation, late } of found) {
      // In such a RUN the clean-up deletes what that RUN will make, and comes in time.
      if (cleaned.has(run)) continue;
      const words = late
        .filter(
          ({ cleaned: word, left }) =>
            left.every((each) => cleaned.has(each.run) && each.made.cache && caches.has(each.made.cache)) &&
            !deletesMore(
              word,
              left.map(({ made }) => made),
            ),
        )
        .map((each) => each.cleaned.word);
      if (words.length > 0) idle.set(run, [...(idle.get(run) ?? []), { invocation, words }]);
    }
    return [...idle].flatMap(([run, commands]) => removeCleanups(dockerfile, run, commands));
  };
}

/** The clean-ups that come too late for each RUN that left something to delete. */
function cleanupsByMaker(found: readonly LateCleanup[]): Map<RunInstruction, LateCleanup[]> {
  const byMaker = new Map<RunInstruction, LateCleanup[]>();
  for (const cleanup of found) {
    for (const run of new Set(cleanup.late.flatMap(({ left }) => left.map((each) => each.run)))) {
      const known = byMaker.get(run);
      if (known) known.push(cleanup);
      else byMaker.set(run, [cleanup]);
    }
  }
  return byMaker;
}
