import { setTimeout as wait } from "node:timers/promises";
import { detailsOf, type FailureDetails } from "../../../engine/failure.ts";
import {
  isNotThere,
  type ListedTag,
  type RegistryContents,
} from "../../../engine/registry/contents/registry-contents.ts";
import type { AskedRegistry, WorkspacePlace } from "../../registry/workspace-places.ts";

const notAsked = "the registry could not be asked";

/** What the tree asks of a registry. */
export type AskedContents = Pick<RegistryContents, "repositories" | "tagPage" | "look">;

/** What the tree is made with. */
export interface TreeSources {
  /** Opens a registry for one look at it. */
  contentsOf(asked: AskedRegistry): Promise<AskedContents>;
  /** Whether docker keeps a login for a registry. */
  hasLogin(registry: string): Promise<boolean>;
  /** Rows of a node have changed, or (undefined) all of them. */
  changed(node: RepositoryNode | undefined): void;
}

/** A path in a registry that labs push to. */
export interface PlaceNode extends WorkspacePlace {
  readonly kind: "place";
  readonly state: PlaceState;
}

export type PlaceState =
  /** It takes its time; others are shown meanwhile. */
  | { readonly kind: "asking" }
  | { readonly kind: "listed"; readonly repositories: readonly RepositoryNode[]; readonly hasLogin: boolean }
  /** The registry shows nobody anything, and nobody has logged in. */
  | { readonly kind: "login"; readonly failure: FailureDetails }
  /** It would run on the host's own loopback, and does not. */
  | { readonly kind: "not-started"; readonly failure: FailureDetails }
  | { readonly kind: "failed"; readonly failure: FailureDetails };

/** A repository; its tags are asked for when it is opened, a page at a time. */
export interface RepositoryNode extends AskedRegistry {
  readonly kind: "repository";
  readonly path: string;
  /** Its path below the place. */
  readonly name: string;
  /** False where the registry has no such repository: nothing has been pushed yet. */
  isThere: boolean | undefined;
  tags: readonly TagNode[];
  /** Pages that are here. */
  pages: number;
  more: boolean;
  /** Why its tags, or what is under them, could not be asked for. */
  failure: FailureDetails | undefined;
  /** Tags that were to be looked into, in vain. */
  unlooked: readonly TagNode[];
}

export interface TagNode extends AskedRegistry {
  readonly kind: "tag";
  readonly path: string;
  readonly repository: RepositoryNode;
  listed: ListedTag;
}

/** Stands behind the tags that are shown: there are more. */
export interface MoreNode {
  readonly kind: "more";
  readonly repository: RepositoryNode;
}

export type RegistryNode = PlaceNode | RepositoryNode | TagNode | MoreNode;

/**
 * What holds for the whole view: no lab names a registry; none of them shows anything before a login; none of the hosts'
 * own is started; or there are rows.
 */
export type RegistryOverview = "none" | "login" | "not-started" | "some";

/** So long (ms) all places are waited for before those that have answered are shown. */
const defaultPatienceMs = 1500;
/** How many tags are looked into before they are shown. */
const lookedAtOnce = 12;
/** Of each page that has names alone so many are looked into by themselves; the others when somebody points at them. */
const mostLooked = 48;
/** It counts each look at an image as a pull, and allows few. */
const countedRegistry = "docker.io";

/** The places of labs, their repositories and tags, each asked for when it is shown. Knows nothing of VS Code. */
export class RegistryTree {
  readonly #sources: TreeSources;
  #contents = new Map<string, Promise<AskedContents>>();
  #loaded = new Map<RepositoryNode, Promise<void>>();
  #look = new AbortController();
  readonly #patienceMs: number;
  places: readonly PlaceNode[] = [];
  /** Until what was asked for is shown, but for what takes its time; undefined where nothing was asked for. */
  asked: Promise<readonly PlaceNode[] | undefined> | undefined;

  constructor(sources: TreeSources, patienceMs: number = defaultPatienceMs) {
    this.#sources = sources;
    this.#patienceMs = patienceMs;
  }

  get overview(): RegistryOverview {
    const [kind, ...others] = new Set(this.places.map(({ state }) => state.kind));
    if (kind === undefined) return "none";
    return others.length === 0 && (kind === "login" || kind === "not-started") ? kind : "some";
  }

  /** Why nothing could be read, of the first place where that is so; undefined where another place could be. */
  get failure(): FailureDetails | undefined {
    if (this.places.some(({ state }) => state.kind === "listed")) return undefined;
    return this.places.flatMap(({ state }) => (state.kind === "failed" ? state.failure : []))[0];
  }

  /**
   * Asks what is below the places; one that takes its time is told of as a change. Undefined where another look was begun
   * meanwhile.
   */
  load(places: readonly WorkspacePlace[]): Promise<readonly PlaceNode[] | undefined> {
    this.forget();
    this.asked = this.#ask(places, this.#look.signal);
    return this.asked;
  }

  async #ask(
    asked: readonly WorkspacePlace[],
    signal: AbortSignal,
  ): Promise<readonly PlaceNode[] | undefined> {
    const states = new Map<WorkspacePlace, PlaceState>();
    const show = () => {
      this.places = asked.map((place) => ({
        kind: "place",
        ...place,
        state: states.get(place) ?? { kind: "asking" },
      }));
    };
    let isShown = false;
    const all = asked.map(async (place) => {
      states.set(place, await this.#stateOf(place, signal));
      if (!isShown || signal.aborted) return;
      show();
      this.#sources.changed(undefined);
    });
    await Promise.race([Promise.all(all), wait(this.#patienceMs, undefined, { ref: false })]);
    if (signal.aborted) return undefined;
    show();
    isShown = true;
    return this.places;
  }

  /** Has all asked anew: what was asked before is not told any more. */
  forget(): void {
    this.#look.abort();
    this.#look = new AbortController();
    this.#contents = new Map();
    this.#loaded = new Map();
    this.places = [];
    this.asked = undefined;
  }

  /** Opens registries anew for what is asked next; what is shown stays. */
  reopen(): void {
    this.#contents = new Map();
  }

  /** The tags of a repository that are known, asked for the first time; with the way to more. */
  async tagsOf(repository: RepositoryNode): Promise<readonly (TagNode | MoreNode)[]> {
    if (repository.isThere === false) return [];
    // After a failure it is asked again when somebody wants it: this is called with every redraw.
    if (repository.pages === 0 && !repository.failure) await this.more(repository);
    const { tags, more } = repository;
    return more ? [...tags, { kind: "more", repository }] : tags;
  }

  /** Asks for the next page of tags. */
  more(repository: RepositoryNode): Promise<void> {
    const under = this.#loaded.get(repository);
    if (under) return under;
    const loading = this.#nextPage(repository).finally(() => this.#loaded.delete(repository));
    this.#loaded.set(repository, loading);
    return loading;
  }

  /** Asks once more for what failed: the next tags, or what is under those that are shown. */
  async again(repository: RepositoryNode): Promise<void> {
    const { unlooked } = repository;
    if (unlooked.length === 0) return this.more(repository);
    repository.unlooked = [];
    repository.failure = undefined;
    this.#sources.changed(repository);
    await this.#lookInto(repository, unlooked, this.#look.signal);
  }

  /** Looks into a tag that is known by its name alone. */
  async lookInto(tag: TagNode): Promise<void> {
    if ("digest" in tag.listed || "failure" in tag.listed) return;
    await this.#lookInto(tag.repository, [tag], this.#look.signal);
  }

  async #stateOf(place: WorkspacePlace, signal: AbortSignal): Promise<PlaceState> {
    const { registry, prefix, root, host } = place;
    try {
      const contents = await this.#contentsOf(place);
      const { repositories, untold } = await contents.repositories(place, signal);
      const hasLogin = await this.#hasLogin(registry);
      if (untold?.cause === "registry-auth" && !hasLogin && (await this.#isClosed(place, signal)))
        return { kind: "login", failure: untold };
      const nodes = repositories.map(
        ({ path, isThere }): RepositoryNode => ({
          kind: "repository",
          ...{ registry, root, host },
          path,
          name: path.slice(prefix.length),
          isThere,
          tags: [],
          pages: 0,
          more: false,
          failure: undefined,
          unlooked: [],
        }),
      );
      return { kind: "listed", repositories: nodes, hasLogin };
    } catch (error) {
      const failure = detailsOf(error, notAsked);
      if (failure.cause === "network" && failure.registry !== undefined)
        return { kind: "not-started", failure };
      const hasLogin = await this.#hasLogin(registry);
      return { kind: failure.cause === "registry-auth" && !hasLogin ? "login" : "failed", failure };
    }
  }

  /** A docker config or a helper that fails is told where the registry then wants a login, and hides nothing else. */
  #hasLogin(registry: string): Promise<boolean> {
    return this.#sources.hasLogin(registry).catch(() => true);
  }

  /** Whether the first of the lab's own repositories is shown to nobody either: some registries hide only their list. */
  async #isClosed(place: WorkspacePlace, signal: AbortSignal): Promise<boolean> {
    const [first] = place.known;
    if (first === undefined) return true;
    try {
      await (await this.#contentsOf(place)).tagPage(first, 0, signal);
      return false;
    } catch (error) {
      return detailsOf(error).cause === "registry-auth";
    }
  }

  async #nextPage(repository: RepositoryNode): Promise<void> {
    const { signal } = this.#look;
    const { registry, root, host, path, pages } = repository;
    try {
      const contents = await this.#contentsOf(repository);
      const { tags, more } = await contents.tagPage(path, pages, signal);
      const nodes = tags.map(
        (listed): TagNode => ({ kind: "tag", ...{ registry, root, host }, path, repository, listed }),
      );
      repository.tags = [...repository.tags, ...nodes];
      repository.more = more;
      repository.isThere = true;
      repository.failure = undefined;
      repository.pages = pages + 1;
      const named = nodes.filter(({ listed }) => !("digest" in listed));
      if (named.length > 0 && registry !== countedRegistry)
        void this.#lookInto(repository, named.slice(0, mostLooked), signal);
    } catch (error) {
      if (isNotThere(error)) repository.isThere = false;
      else repository.failure = detailsOf(error, notAsked);
    }
    if (!signal.aborted) this.#sources.changed(repository);
  }

  async #lookInto(repository: RepositoryNode, tags: readonly TagNode[], signal: AbortSignal): Promise<void> {
    let at = 0;
    try {
      const contents = await this.#contentsOf(repository);
      for (; at < tags.length; at += lookedAtOnce) {
        const some = tags.slice(at, at + lookedAtOnce);
        const names = some.map(({ listed }) => listed.tag);
        const looked = await contents.look(repository.path, names, signal);
        some.forEach((node, index) => {
          node.listed = looked[index] ?? node.listed;
        });
        if (signal.aborted) return;
        this.#sources.changed(repository);
      }
    } catch (error) {
      if (signal.aborted) return;
      repository.failure = detailsOf(error, notAsked);
      repository.unlooked = [...new Set([...repository.unlooked, ...tags.slice(at)])];
      this.#sources.changed(repository);
    }
  }

  #contentsOf(asked: AskedRegistry): Promise<AskedContents> {
    const key = registryKey(asked);
    const known = this.#contents.get(key);
    if (known) return known;
    const opened = this.#sources.contentsOf(asked);
    this.#contents.set(key, opened);
    // What could not be opened is opened anew for what is asked next.
    opened.catch(() => {
      if (this.#contents.get(key) === opened) this.#contents.delete(key);
    });
    return opened;
  }
}

/** What tells a registry from others: hosts have one each that is called `localhost:5000`. */
export function registryKey({ registry, host }: AskedRegistry): string {
  return host ? `${registry} ${host.url}` : registry;
}
