import { EngineFailure, type FailureDetails } from "../../failure.ts";
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
 * What is under each of the tags, in their order. One that cannot be read is told as such; where no question is answered
 * any more (no network, not logged in, cancelled) all of it fails.
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
    for (let index = next++; index < tags.length; index = next++)
      found[index] = await readable(client, repository, tags[index]!, signal);
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
    if (error instanceof EngineFailure && error.details.cause === "registry")
      return { tag, failure: error.details };
    throw error;
  }
}
