import {
  isNotThere,
  type ListedTag,
  type RegistryContents,
} from "../../engine/registry/contents/registry-contents.ts";
import type { RegistryClientOptions } from "../../engine/registry/distribution/registry-client.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { isLoopback } from "../../engine/registry/registry-host.ts";
import type { Asked } from "./asked-repositories.ts";

/** A repository as it is listed. */
export interface Listed {
  /** With its registry: `ic-registry.epfl.ch/cvlab/ada/base`. */
  readonly repository: string;
  /** Undefined where the registry has no such repository: nothing has been pushed yet. */
  readonly tags: readonly ListedTag[] | undefined;
}

export interface ListOptions {
  /** Whether each tag is looked into. */
  readonly long: boolean;
  /** Whether registries elsewhere are asked without TLS. */
  readonly plainHttp: boolean;
  readonly signal: AbortSignal;
  /** Opens a registry. */
  readonly open: (options: Omit<RegistryClientOptions, "socketPath">) => Promise<RegistryContents>;
}

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
    const contents = await options.open({ registry, credentials: new DockerCredentials(), tls });
    if (each.kind === "repository") {
      const { path, tag } = each;
      const tags =
        tag === undefined
          ? await tagsOf(contents, path, options)
          : await contents.look(path, [tag], options.signal);
      yield { repository: `${registry}/${path}`, tags };
      continue;
    }
    const { repositories } = await contents.repositories(each, options.signal);
    for (const { path } of repositories)
      yield { repository: `${registry}/${path}`, tags: await tagsIfThere(contents, path, options) };
  }
}

async function tagsOf(
  contents: RegistryContents,
  path: string,
  { long, signal }: ListOptions,
): Promise<readonly ListedTag[]> {
  if (long) return contents.images(path, signal);
  return (await contents.tagNames(path, signal)).map((tag) => ({ tag }));
}

async function tagsIfThere(
  contents: RegistryContents,
  path: string,
  options: ListOptions,
): Promise<readonly ListedTag[] | undefined> {
  try {
    return await tagsOf(contents, path, options);
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}
