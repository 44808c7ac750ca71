import type { FailureDetails } from "../../failure.ts";
import { NotInRegistry, StrangeAnswer } from "./answer-failure.ts";
import type { RegistryClient } from "./registry-client.ts";
import { type TaggedImage, taggedImage } from "./tagged-image.ts";

/** A tag whose image the registry does not give: an old manifest, one that is gone from its storage. */
export interface UnreadableTag {
  readonly tag: string;
  readonly failure: FailureDetails;
}

/** Each takes up to three questions; registries count them. */
const atOnce = 6;

/**
 * What is under each of the tags, in their order. One that cannot be read is told as such; any other failure (no network,
 * not logged in, too many requests, cancelled) ends it all.
 *
 * @throws {EngineFailure} as {@link RegistryClient}
 */
export async function taggedImages(
  client: RegistryClient,
  repository: string,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<(TaggedImage | UnreadableTag)[]> {
  const found: (TaggedImage | UnreadableTag)[] = new Array(tags.length);
  let next = 0;
  const work = async () => {
    while (next < tags.length) {
      const index = next++;
      try {
        found[index] = await readable(client, repository, tags[index]!, signal);
      } catch (error) {
        // The others begin no more.
        next = tags.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
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
