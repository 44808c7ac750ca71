import type { FailureDetails } from "../../failure.ts";
import { NotInRegistry, StrangeAnswer } from "./answer-failure.ts";
import { inTurns } from "./in-turns.ts";
import type { RegistryClient } from "./registry-client.ts";
import { type TaggedImage, taggedImage } from "./tagged-image.ts";

/** A tag whose image the registry does not give: an old manifest, one that is gone from its storage. */
export interface UnreadableTag {
  readonly tag: string;
  readonly failure: FailureDetails;
}

/**
 * What is under each of the tags, in their order. One that cannot be read is told as such; any other failure (no network,
 * not logged in, too many requests, cancelled) ends it all.
 *
 * @throws {EngineFailure} as {@link RegistryClient}
 */
export function taggedImages(
  client: RegistryClient,
  repository: string,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<(TaggedImage | UnreadableTag)[]> {
  return inTurns(tags, (tag) => readable(client, repository, tag, signal));
}

async function readable(
  client: RegistryClient,
  repository: string,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<TaggedImage | UnreadableTag> {
  try {
    return await taggedImage(client, repository, tag, signal);
  } catch (error) {
    if (error instanceof NotInRegistry || error instanceof StrangeAnswer)
      return { tag, failure: error.details };
    throw error;
  }
}
