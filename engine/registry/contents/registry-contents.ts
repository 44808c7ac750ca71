import { EngineFailure, type FailureDetails } from "../../failure.ts";
import { NotInRegistry, StrangeAnswer } from "../distribution/answer-failure.ts";
import { inTurns } from "../distribution/in-turns.ts";
import { RegistryClient, type RegistryClientOptions } from "../distribution/registry-client.ts";
import type { TaggedImage } from "../distribution/tagged-image.ts";
import { taggedImages, type UnreadableTag } from "../distribution/tagged-images.ts";
import { HarborApi } from "../harbor/harbor-api.ts";
import type { RegistryPlace } from "../lab-places.ts";
import { dockerHub } from "../registry-host.ts";

/** A repository below a place. */
export interface FoundRepository {
  /** In the registry: `cvlab/ada/base`. */
  readonly path: string;
  /** Whether the registry has it; undefined where it tells nobody what it has, and the lab knows of it. */
  readonly isThere: boolean | undefined;
}

/** What is below a place. */
export interface FoundRepositories {
  readonly repositories: readonly FoundRepository[];
  /** Why the registry did not tell what it has; the lab's own are there all the same. */
  readonly untold: FailureDetails | undefined;
}

/** A tag by its name alone, or looked into. */
export type ListedTag = Pick<TaggedImage, "tag"> | TaggedImage | UnreadableTag;

/** Some of a repository's tags, the newest first: by the time of the push where the registry tells it, else by number. */
export interface TagPage {
  readonly tags: readonly ListedTag[];
  readonly more: boolean;
}

const pageSize = 100;
/** How many tags are asked for their digests before one is deleted. */
const mostCompared = 500;

/** `v10` before `v2`. */
const newestFirst = (a: string, b: string) => byNumbers.compare(b, a);
const byNumbers = new Intl.Collator("en", { numeric: true });

/** What goes when a tag is deleted. */
export interface TagDeletion {
  readonly path: string;
  readonly tag: string;
  /** What the tag stood for when it was asked; undefined where a tag is deleted alone. */
  readonly digest: string | undefined;
  /** The other tags that may go with it; undefined where there are too many to ask about each. */
  readonly others: readonly string[] | undefined;
}

/**
 * What a registry has, by the way that it offers: Harbor's own API where it is a Harbor, else that of all registries. One
 * is for one look: it keeps whether it is a Harbor, the names of tags and its access.
 *
 * Its methods throw as those of {@link RegistryClient} do.
 */
export class RegistryContents {
  readonly client: RegistryClient;
  readonly #harbor: HarborApi;
  readonly #names = new Map<string, Promise<readonly string[]>>();
  #isHarbor: Promise<boolean> | undefined;

  constructor(options: RegistryClientOptions) {
    this.client = new RegistryClient(options);
    this.#harbor = new HarborApi(this.client);
  }

  /** Whether it is a Harbor. */
  isHarbor(signal?: AbortSignal): Promise<boolean> {
    const { registry } = this.client;
    this.#isHarbor ??= registry === dockerHub ? Promise.resolve(false) : this.#harbor.isThere(signal);
    // A question that was broken off answers nothing.
    this.#isHarbor.catch(() => {
      this.#isHarbor = undefined;
    });
    return this.#isHarbor;
  }

  /** What is below a place: what the registry tells of, and what the lab knows to be its own. */
  async repositories(
    { prefix, known }: Pick<RegistryPlace, "prefix" | "known">,
    signal?: AbortSignal,
  ): Promise<FoundRepositories> {
    const told = await this.#told(prefix, known.length > 0, signal);
    const paths = new Set(known);
    if (told instanceof Set) for (const path of told) paths.add(path);
    const repositories = [...paths].sort().map((path) => ({
      path,
      isThere: told instanceof Set ? told.has(path) : undefined,
    }));
    return { repositories, untold: told instanceof EngineFailure ? told.details : undefined };
  }

  /** Every tag of a repository by its name, `v2` before `v10`. */
  async tagNames(path: string, signal?: AbortSignal): Promise<readonly string[]> {
    return [...(await this.#allNames(path, signal))].reverse();
  }

  /** A page of a repository's tags, from 0 on. Of a Harbor each is looked into already. */
  async tagPage(path: string, page: number, signal?: AbortSignal): Promise<TagPage> {
    if (await this.isHarbor(signal)) return this.#harbor.tags(path, page, signal);
    const names = await this.#allNames(path, signal);
    const end = (page + 1) * pageSize;
    const tags = names.slice(page * pageSize, end).map((tag) => ({ tag }));
    return { tags, more: names.length > end };
  }

  /** Every tag of a repository looked into, in the order of {@link tagNames}. */
  async images(path: string, signal?: AbortSignal): Promise<readonly ListedTag[]> {
    if (!(await this.isHarbor(signal))) return this.look(path, await this.tagNames(path, signal), signal);
    const tags: ListedTag[] = [];
    for (let page = 0, more = true; more; page++) {
      const found = await this.#harbor.tags(path, page, signal);
      tags.push(...found.tags);
      ({ more } = found);
    }
    return tags.sort((a, b) => byNumbers.compare(a.tag, b.tag));
  }

  /** Looks into tags. One that cannot be read is told as such. */
  look(
    path: string,
    tags: readonly string[],
    signal?: AbortSignal,
  ): Promise<(TaggedImage | UnreadableTag)[]> {
    return taggedImages(this.client, path, tags, signal);
  }

  /** What goes when a tag is deleted: a Harbor deletes a tag alone; another registry may only delete its image. */
  async deletionOf(path: string, tag: string, signal?: AbortSignal): Promise<TagDeletion> {
    if (await this.isHarbor(signal)) return { path, tag, digest: undefined, others: [] };
    const digest = await this.client.digestOf(path, tag, signal);
    const names = (await this.#allNames(path, signal)).filter((each) => each !== tag);
    if (names.length > mostCompared) return { path, tag, digest, others: undefined };
    // One that the registry itself cannot give any more is not this image.
    const digests = await inTurns(names, (each) =>
      this.client.digestOf(path, each, signal).catch((error) => {
        if (error instanceof NotInRegistry || error instanceof StrangeAnswer) return undefined;
        throw error;
      }),
    );
    return { path, tag, digest, others: names.filter((_, index) => digests[index] === digest) };
  }

  /**
   * Deletes a tag, with the others where the registry cannot do less.
   * @throws {EngineFailure} `registry` where it deletes nothing at all, or the tag stands for another image by now
   */
  async deleteTag({ path, tag, digest }: TagDeletion, signal?: AbortSignal): Promise<void> {
    this.#names.delete(path);
    if (digest === undefined) return this.#harbor.deleteTag(path, tag, signal);
    const { registry } = this.client;
    if ((await this.client.digestOf(path, tag, signal)) !== digest)
      throw new EngineFailure({
        cause: "registry",
        what: `${registry}/${path}:${tag} is not deleted: somebody has pushed another image under this tag meanwhile`,
        next: "Look at it, and delete it again if it is still to go",
      });
    // By its tag alone: OCI's registries from version 1.1 on may.
    if (await this.client.delete(path, tag, signal)) return;
    if (await this.client.delete(path, digest, signal)) return;
    throw new EngineFailure({
      cause: "registry",
      what: `cannot delete ${registry}/${path}:${tag}: the registry deletes nothing`,
      next: `Ask who runs ${registry} to allow it, or to do it`,
    });
  }

  /** What the registry tells of; why it does not, where there is something else to show. */
  async #told(
    prefix: string,
    othersKnown: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Set<string> | EngineFailure> {
    try {
      const all = (await this.isHarbor(signal))
        ? await this.#harborRepositories(prefix, signal)
        : await this.client.repositories(signal);
      return new Set(all.filter((path) => path.startsWith(prefix)));
    } catch (error) {
      const refuses = error instanceof EngineFailure && error.details.cause.startsWith("registry");
      if (!refuses) throw error;
      if (othersKnown) return error;
      const { next = "", ...others } = error.details;
      const way = "Or name an image: many registries tell nobody all that they have";
      throw new EngineFailure({ ...others, next: `${next}. ${way}` }, { cause: error });
    }
  }

  async #harborRepositories(prefix: string, signal: AbortSignal | undefined): Promise<string[]> {
    const slash = prefix.indexOf("/");
    const projects = slash > 0 ? [prefix.slice(0, slash)] : await this.#harbor.projects(signal);
    const found = await inTurns(projects, (project) => this.#harbor.repositories(project, signal));
    return found.flat();
  }

  /** The newest first. */
  #allNames(path: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const known = this.#names.get(path);
    if (known) return known;
    const names = this.client.tags(path, signal).then((all) => all.sort(newestFirst));
    this.#names.set(path, names);
    names.catch(() => this.#names.delete(path));
    return names;
  }
}

/** Whether a failure says that a registry has no such repository: nothing has been pushed yet. */
export function isNotThere(error: unknown): boolean {
  return error instanceof NotInRegistry;
}
