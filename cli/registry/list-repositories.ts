import { EngineFailure } from "../../engine/failure.ts";
import { NotInRegistry } from "../../engine/registry/distribution/answer-failure.ts";
import { RegistryClient } from "../../engine/registry/distribution/registry-client.ts";
import type { TaggedImage } from "../../engine/registry/distribution/tagged-image.ts";
import { taggedImages, type UnreadableTag } from "../../engine/registry/distribution/tagged-images.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { isLoopback } from "../../engine/registry/registry-host.ts";
import type { Asked } from "./asked-repositories.ts";

/** A repository as it is listed. */
export interface Listed {
  /** With its registry: `ic-registry.epfl.ch/cvlab/ada/base`. */
  readonly repository: string;
  /** Undefined where the registry has no such repository: nothing has been pushed yet. */
  readonly tags: readonly (Pick<TaggedImage, "tag"> | TaggedImage | UnreadableTag)[] | undefined;
}

export interface ListOptions {
  /** Whether each tag is looked into. */
  readonly long: boolean;
  /** Whether registries elsewhere are asked without TLS. */
  readonly plainHttp: boolean;
  readonly signal: AbortSignal;
}

/** `v2` before `v10`. */
const byNumbers = new Intl.Collator("en", { numeric: true });

/**
 * What the registries have, a repository after the other.
 * @throws {EngineFailure}
 */
export async function* listRepositories(
  asked: readonly Asked[],
  options: ListOptions,
): AsyncGenerator<Listed> {
  for (const each of asked) {
    const { registry } = each;
    const tls = options.plainHttp ? false : !isLoopback(registry);
    const client = new RegistryClient({ registry, credentials: new DockerCredentials(), tls });
    if (each.kind === "repository") {
      const { path, tag } = each;
      const tags = tag === undefined ? await client.tags(path, options.signal) : [tag];
      yield await listed(client, path, tags, tag === undefined ? options : { ...options, long: true });
      continue;
    }
    for (const path of await repositoriesBelow(client, each, options.signal))
      yield await listed(client, path, await tagsIfThere(client, path, options.signal), options);
  }
}

async function listed(
  client: RegistryClient,
  path: string,
  tags: readonly string[] | undefined,
  { long, signal }: ListOptions,
): Promise<Listed> {
  const repository = `${client.registry}/${path}`;
  // Registries order them in ways of their own.
  const ordered = tags && [...tags].sort(byNumbers.compare);
  if (!ordered || !long) return { repository, tags: ordered?.map((tag) => ({ tag })) };
  return { repository, tags: await taggedImages(client, path, ordered, signal) };
}

/** What is known to be there, and what the registry tells: many tell a user nothing of what they have. */
async function repositoriesBelow(
  client: RegistryClient,
  { prefix, known }: Extract<Asked, { kind: "below" }>,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    const all = await client.repositories(signal);
    return [...new Set([...known, ...all.filter((path) => path.startsWith(prefix))])].sort();
  } catch (error) {
    const refuses = error instanceof EngineFailure && error.details.cause.startsWith("registry");
    if (!refuses) throw error;
    if (known.length > 0) return [...known].sort();
    const { next = "", ...others } = error.details;
    const way = "Or name an image: many registries tell nobody all that they have";
    throw new EngineFailure({ ...others, next: `${next}. ${way}` }, { cause: error });
  }
}

async function tagsIfThere(
  client: RegistryClient,
  path: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  try {
    return await client.tags(path, signal);
  } catch (error) {
    if (error instanceof NotInRegistry) return undefined;
    throw error;
  }
}
