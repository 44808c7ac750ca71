import { EngineFailure } from "../../failure.ts";
import { StrangeAnswer } from "../distribution/answer-failure.ts";
import { isDigest, objectOf, parsed, platformOf } from "../distribution/manifest.ts";
import type { RegistryClient } from "../distribution/registry-client.ts";
import { configFacts, type TaggedImage, timeOf } from "../distribution/tagged-image.ts";

const root = "/api/v2.0";
/** The most that Harbor gives at once. */
const pageSize = 100;
const mostPages = 1_000;
/** Milliseconds that a host is waited for to say whether it is a Harbor: most registries are none. */
const detectionTime = 5_000;

/** A page of a repository's tags. */
export interface HarborTags {
  readonly tags: readonly TaggedImage[];
  readonly more: boolean;
}

/**
 * Harbor's own API (goharbor/harbor `api/v2.0/swagger.yaml`), as much of it as a secret for command lines may call where
 * people log in by OIDC (`src/server/middleware/security/oidc_cli.go`): lists of projects, repositories and artifacts,
 * and the deletion of tags. Its `_catalog` is for administrators.
 *
 * Its methods throw as those of {@link RegistryClient} do.
 */
export class HarborApi {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** Whether the registry is a Harbor; false too where its host does not say in a few seconds. */
  async isThere(signal?: AbortSignal): Promise<boolean> {
    const { registry } = this.#client;
    const question = { purpose: `ask ${registry} what it is`, subject: registry, timeout: detectionTime };
    try {
      const answer = await this.#client.askApi("GET", `${root}/systeminfo`, question, signal);
      return typeof objectOf(parsed(answer.body.toString("utf8")))?.auth_mode === "string";
    } catch (error) {
      if (signal?.aborted || !(error instanceof EngineFailure)) throw error;
      return false;
    }
  }

  /** The projects that the caller sees. */
  async projects(signal?: AbortSignal): Promise<string[]> {
    const { registry } = this.#client;
    const question = { purpose: `list the projects of ${registry}`, subject: registry };
    return this.#all(`${root}/projects?with_detail=false`, question, signal);
  }

  /** The repositories of a project, as paths in the registry: `cvlab/ada/base`. */
  async repositories(project: string, signal?: AbortSignal): Promise<string[]> {
    const subject = `${this.#client.registry}/${project}`;
    const question = { purpose: `list the repositories of ${subject}`, subject };
    return this.#all(`${root}/projects/${encodeURIComponent(project)}/repositories`, question, signal);
  }

  /** The tags of a repository, those that were pushed last first; `page` counts from 0. One call gives all of each. */
  async tags(path: string, page: number, signal?: AbortSignal): Promise<HarborTags> {
    const subject = `${this.#client.registry}/${path}`;
    const query = `page=${page + 1}&page_size=${pageSize}&with_tag=true&sort=-push_time`;
    const question = { purpose: `list the tags of ${subject}`, subject };
    const list = await this.#list(`${artifactsOf(path)}?${query}`, question, signal);
    return { tags: list.flatMap(taggedImages), more: list.length === pageSize };
  }

  /** Takes a tag from its image; the image's other tags stay. */
  async deleteTag(path: string, tag: string, signal?: AbortSignal): Promise<void> {
    const subject = `${this.#client.registry}/${path}:${tag}`;
    const name = encodeURIComponent(tag);
    const question = { purpose: `delete ${subject}`, subject };
    await this.#client.askApi("DELETE", `${artifactsOf(path)}/${name}/tags/${name}`, question, signal);
  }

  /** The names in all pages of a list. */
  async #all(
    url: string,
    question: { purpose: string; subject: string },
    signal: AbortSignal | undefined,
  ): Promise<string[]> {
    const names: string[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const query = `page=${page}&page_size=${pageSize}`;
      const separator = url.includes("?") ? "&" : "?";
      const list = await this.#list(`${url}${separator}${query}`, question, signal);
      for (const each of list) if (typeof each.name === "string") names.push(each.name);
      if (list.length < pageSize) break;
    }
    return names;
  }

  async #list(
    url: string,
    question: { purpose: string; subject: string },
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, unknown>>[]> {
    const answer = await this.#client.askApi("GET", url, question, signal);
    const content = parsed(answer.body.toString("utf8"));
    if (!Array.isArray(content))
      throw new StrangeAnswer({
        cause: "registry",
        what: `cannot ${question.purpose}`,
        said: "its answer is no list",
        next: `Check that ${this.#client.registry} is a Harbor: a log-in form or a proxy may answer in its place`,
      });
    return content.flatMap((each: unknown): Readonly<Record<string, unknown>>[] => {
      const item = objectOf(each);
      return item ? [item] : [];
    });
  }
}

/** The project is a path's first part; the repository is the rest, with its slashes encoded twice. */
function artifactsOf(path: string): string {
  const slash = path.indexOf("/");
  const project = encodeURIComponent(path.slice(0, slash));
  const repository = encodeURIComponent(encodeURIComponent(path.slice(slash + 1)));
  return `${root}/projects/${project}/repositories/${repository}/artifacts`;
}

/** An artifact under each of its tags; one without a tag, or that is no image, under none. */
function taggedImages(artifact: Readonly<Record<string, unknown>>): TaggedImage[] {
  const { digest, size, tags, references, type } = artifact;
  if (!isDigest(digest) || !Array.isArray(tags) || (typeof type === "string" && type !== "IMAGE")) return [];
  const config = objectOf(artifact.extra_attrs) ?? {};
  const image = {
    digest,
    platforms: platformsOf(references, config),
    size: typeof size === "number" ? size : 0,
    ...configFacts(config),
  };
  return tags.flatMap((each: unknown) => {
    const { name, push_time } = objectOf(each) ?? {};
    const pushed = timeOf(push_time);
    return typeof name === "string" ? [{ tag: name, ...image, ...(pushed ? { pushed } : {}) }] : [];
  });
}

/** Those of an index are its references; an attestation is of no platform. */
function platformsOf(references: unknown, config: Readonly<Record<string, unknown>>): string[] {
  const listed = (Array.isArray(references) ? references : []).flatMap(
    (each: unknown) => platformOf(objectOf(objectOf(each)?.platform)) ?? [],
  );
  const known = listed.filter((platform) => platform !== "unknown/unknown");
  return known.length > 0 ? known : [platformOf(config) ?? "unknown"];
}
