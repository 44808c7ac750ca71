import type { EngineFailure } from "../failure.ts";

/**
 * Asked where a registry wants a login, or takes the one that there is no longer: true where the user has logged in, so
 * that it is tried once more, false where they would not.
 */
export type Authorise = (
  registry: string,
  failure: EngineFailure,
  signal: AbortSignal | undefined,
) => Promise<boolean>;

/** Asks of each registry once, one after the other: for all the images of one run. */
export function oncePerRegistry(authorise: Authorise): Authorise {
  const asked = new Map<string, Promise<boolean>>();
  let last: Promise<unknown> = Promise.resolve();
  return (registry, failure, signal) => {
    const known = asked.get(registry);
    if (known) return known;
    const answer = last.then(() => authorise(registry, failure, signal));
    asked.set(registry, answer);
    last = answer.catch(() => {});
    return answer;
  };
}
