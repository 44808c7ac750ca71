import type { ImageReference } from "../../../core/image/reference.ts";
import { knownRepositories } from "./fixed-tags.ts";

const byRepository = new Map(
  knownRepositories.flatMap((known) => known.repositories.map((repository) => [repository, known] as const)),
);

const date = /20\d{2}(?:[.-]?\d{2}){2}/;

/**
 * Whether the image behind the reference changes with time: no tag, `latest`, a channel's name, or a tag of a known
 * repository that names no release. A word that is not known may be anybody's fixed name, so it is none.
 */
export function isMoving({
  repository,
  tag,
  digest,
}: Pick<ImageReference, "repository" | "tag" | "digest">): boolean {
  if (digest !== undefined) return false;
  if (tag === undefined || byRepository.get(repository)?.moving?.test(tag)) return true;
  if (/^latest(?:-|$)|-latest$/.test(tag)) return !date.test(tag);
  return /^(?:stable|rolling|devel|edge|main|master|dev|nightly(?:-[a-z-]+)?)$/.test(tag);
}

/** What to write for a moving tag. */
export interface Replacement {
  /** The nearest first. */
  readonly tags: readonly string[];
  /** Month in which the moving tag stood for the first of them; undefined where the author has to choose. */
  readonly month: string | undefined;
}

/** The fixed tags that are known for a moving one; undefined where none are. */
export function replacementOf({ repository, tag = "latest" }: ImageReference): Replacement | undefined {
  for (const { moving, tags, month } of byRepository.get(repository)?.fixed ?? []) {
    const match = moving.exec(tag);
    if (match) return { tags: tags.map((each) => each.replace("$1", match[1] ?? "")), month };
  }
  return undefined;
}

/** Whether fixed tags of the repository are known. */
export function isKnownRepository(repository: string): boolean {
  return byRepository.has(repository);
}
