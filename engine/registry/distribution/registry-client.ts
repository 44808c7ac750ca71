import { createHash } from "node:crypto";
import { EngineFailure } from "../../failure.ts";
import { type CredentialStore, credentialsFor, type RegistryCredentials } from "../credentials.ts";
import { checkLogin } from "../registry-failure.ts";
import { dockerHub, isLoopback } from "../registry-host.ts";
import { answerFailure, exchangeFailure, NotSupported, strangeAnswer } from "./answer-failure.ts";
import { authoritiesOf, knownAuthorities } from "./authorities.ts";
import { exchange, type HttpAnswer, type HttpRequest, type Way } from "./http-exchange.ts";
import {
  acceptedManifests,
  type ImageIndex,
  type ImageManifest,
  isDigest,
  objectOf,
  parsed,
  readManifestJson,
} from "./manifest.ts";
import { basicHeader, RegistryAccess } from "./registry-access.ts";
import type { RegistryQuestion } from "./registry-question.ts";

export interface RegistryClientOptions {
  /** The host as it stands in references, with its port; `docker.io` for Docker Hub. */
  readonly registry: string;
  /** Asked once, for this registry alone. */
  readonly credentials: CredentialStore;
  /** Whether it is asked over HTTPS: it is, but on this machine, as docker has it. Without, only where the user says so. */
  readonly tls?: boolean | undefined;
  /** Milliseconds that each answer may take. */
  readonly timeout?: number;
  /** The folders that hold authorities by registry, `HOST/*.crt`; those of Docker without it. */
  readonly certificateFolders?: readonly string[];
  /** A socket that leads to the registry, where its name means another machine from here: `localhost` of a host. */
  readonly socketPath?: string | undefined;
}

/** A manifest with the name that its content gives it. */
export interface NamedManifest {
  readonly digest: string;
  /** Bytes of the manifest itself. */
  readonly size: number;
  readonly manifest: ImageManifest | ImageIndex;
}

/** A request below `/v2/`, and what a token for it has to allow. */
interface Asked {
  readonly method: "GET" | "HEAD" | "DELETE";
  readonly url: URL;
  readonly scope: string;
  readonly accept?: string;
}

type Shown = { readonly credentials?: RegistryCredentials; readonly failure?: EngineFailure };

/** Where Docker Hub's API is. */
const dockerHubApi = "registry-1.docker.io";
const defaultTimeout = 30_000;
/** How many names are asked for at once; registries give fewer where they like. */
const pageSize = 1_000;
const mostPages = 1_000;

/**
 * Asks one registry by the OCI Distribution API. Repositories are paths in the registry (`nvidia/cuda`). One client is
 * for one piece of work: it looks the credentials up once, and keeps tokens until they expire.
 *
 * Its methods throw an `EngineFailure`: `registry-auth`, `registry`, `network`, or `cancelled` by the signal.
 */
export class RegistryClient {
  readonly registry: string;
  readonly #store: CredentialStore;
  readonly #base: URL;
  readonly #timeout: number;
  readonly #folders: readonly string[] | undefined;
  readonly #way: Way | undefined;
  readonly #access = new RegistryAccess((request, question) => this.#send(request, question));
  #authorities: Promise<readonly string[] | undefined> | undefined;
  #shown: Promise<Shown> | undefined;

  constructor(options: RegistryClientOptions) {
    const { registry, credentials, timeout = defaultTimeout, certificateFolders, socketPath } = options;
    this.registry = registry;
    this.#store = credentials;
    this.#timeout = timeout;
    this.#folders = certificateFolders;
    const host = registry === dockerHub ? dockerHubApi : registry;
    const { tls = !isLoopback(host) } = options;
    const base = `${tls ? "https" : "http"}://${host}/v2/`;
    if (!URL.canParse(base))
      throw new EngineFailure({
        cause: "request",
        what: `${registry} is no address of a registry`,
        next: "Write the host, and its port where it has one: registry.lab:5000",
      });
    this.#base = new URL(base);
    // A port that HTTP has anyway is in no URL's host.
    this.#way = socketPath === undefined ? undefined : { host: this.#base.host, socketPath };
  }

  /** The tags of a repository, as the registry orders them; empty where it has none left. */
  async tags(repository: string, signal?: AbortSignal): Promise<string[]> {
    const subject = `${this.registry}/${repository}`;
    const question = await this.#question(`list the tags of ${subject}`, subject, signal);
    return this.#names(`${repository}/tags/list`, pullOf(repository), "tags", question);
  }

  /** Every repository that the caller may see. Harbor and Docker Hub refuse to say. */
  async repositories(signal?: AbortSignal): Promise<string[]> {
    const list = `the list of images of ${this.registry}`;
    const question = await this.#question(`read ${list}`, list, signal);
    return this.#names("_catalog", "registry:catalog:*", "repositories", question);
  }

  /** The digest that a tag stands for now: of the index where there are several platforms. */
  async digestOf(repository: string, tag: string, signal?: AbortSignal): Promise<string> {
    const { asked, question } = await this.#manifestOf(repository, tag, signal);
    // Asking so does not count against Docker Hub's limit of pulls.
    const answer = await this.#ask({ ...asked, method: "HEAD" }, question);
    const digest = answer.headers["docker-content-digest"];
    return isDigest(digest) ? digest : (await this.manifest(repository, tag, signal)).digest;
  }

  /** A manifest by its tag or its digest. Its content is held to the digest. */
  async manifest(repository: string, reference: string, signal?: AbortSignal): Promise<NamedManifest> {
    const { asked, question } = await this.#manifestOf(repository, reference, signal);
    const { body, headers } = await this.#ask(asked, question);
    const digest = sha256Of(body);
    const claimed = reference.includes(":") ? reference : headers["docker-content-digest"];
    if (isDigest(claimed) && claimed !== digest)
      throw strangeAnswer(question, `the manifest's content is not that of ${claimed}`);
    const manifest = readManifestJson(body.toString("utf8"));
    if (!manifest) throw strangeAnswer(question, "its manifest is none of Docker's (version 2) or OCI's");
    return { digest, size: body.length, manifest };
  }

  /** An image's configuration, the JSON that its manifest names. */
  async config(
    repository: string,
    digest: string,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const subject = `${this.registry}/${repository}@${digest}`;
    const question = await this.#question(`read the configuration of ${subject}`, subject, signal);
    const url = this.#url(`${repository}/blobs/${digest}`);
    const { body } = await this.#ask({ method: "GET", url, scope: pullOf(repository) }, question);
    const config = sha256Of(body) === digest ? objectOf(parsed(body.toString("utf8"))) : undefined;
    if (!config) throw strangeAnswer(question, "the content is not that of the digest");
    return config;
  }

  /** Whether it refuses a caller who shows nothing. */
  async wantsLogin(signal?: AbortSignal): Promise<boolean> {
    const question = await this.#question(`ask ${this.registry}`, this.registry, signal);
    return (await this.#send({ method: "GET", url: this.#base, headers: {} }, question)).status === 401;
  }

  /**
   * Deletes a tag, or by a digest the manifest with all its tags. False where the registry deletes nothing in this way:
   * by tag many do not, by digest those that are set up so.
   */
  async delete(repository: string, reference: string, signal?: AbortSignal): Promise<boolean> {
    const { asked, question } = await this.#manifestOf(repository, reference, signal, "delete");
    const scope = `repository:${repository}:pull,delete`;
    try {
      await this.#ask({ ...asked, method: "DELETE", scope }, question);
      return true;
    } catch (error) {
      if (error instanceof NotSupported) return false;
      throw error;
    }
  }

  /**
   * Asks another API of the registry's host, such as Harbor's: with the user and the password as they are (Basic), or
   * with nothing. A path that begins with a slash: `/api/v2.0/projects`.
   *
   * @param about `timeout`: milliseconds that the answer may take at most, once the login is known
   * @returns an answer of success
   */
  async askApi(
    method: "GET" | "DELETE",
    path: string,
    about: Pick<RegistryQuestion, "purpose" | "subject"> & { readonly timeout?: number },
    signal?: AbortSignal,
  ): Promise<HttpAnswer> {
    const { purpose, subject, timeout = this.#timeout } = about;
    const question = await this.#question(purpose, subject, signal);
    const { credentials } = await this.#credentials(signal);
    const headers = credentials?.kind === "password" ? { authorization: basicHeader(credentials) } : {};
    const limit = Math.min(timeout, this.#timeout);
    const answer = await this.#send({ method, url: this.#url(path), headers }, question, limit);
    if (answer.status !== 200) throw answerFailure(answer, question);
    return answer;
  }

  /** Shows the credentials; fails where they are not taken. */
  async logIn(signal?: AbortSignal): Promise<void> {
    const question = await this.#question(`log in to ${this.registry}`, this.registry, signal);
    try {
      await this.#ask({ method: "GET", url: this.#base, scope: "" }, question);
    } catch (error) {
      if (!(error instanceof EngineFailure) || error.details.cause !== "registry-auth") throw error;
      throw new EngineFailure({ ...error.details, next: checkLogin }, { cause: error });
    }
  }

  async #manifestOf(
    repository: string,
    reference: string,
    signal: AbortSignal | undefined,
    verb = "look up",
  ): Promise<{ asked: Asked; question: RegistryQuestion }> {
    const subject = `${this.registry}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
    const question = await this.#question(`${verb} ${subject}`, subject, signal);
    const url = this.#url(`${repository}/manifests/${reference}`);
    const asked = { method: "GET", url, scope: pullOf(repository), accept: acceptedManifests } as const;
    return { asked, question };
  }

  /** All pages of a list. */
  async #names(
    path: string,
    scope: string,
    list: "tags" | "repositories",
    question: RegistryQuestion,
  ): Promise<string[]> {
    const names: string[] = [];
    let url: URL | undefined = this.#url(`${path}?n=${pageSize}`);
    for (let page = 0; url; page++) {
      if (page === mostPages) throw strangeAnswer(question, "its list has no end");
      const answer = await this.#ask({ method: "GET", url, scope }, question);
      const content = objectOf(parsed(answer.body.toString("utf8")));
      // An empty list comes as null, too.
      const given = content?.[list] ?? (content && list in content ? [] : undefined);
      if (!Array.isArray(given)) throw strangeAnswer(question, "its answer is no list of names");
      for (const name of given) if (typeof name === "string") names.push(name);
      url = nextPage(answer, url);
    }
    return names;
  }

  /** Asks, and answers the challenge where there is one; a token that was kept may have been withdrawn since. */
  async #ask({ method, url, scope, accept }: Asked, question: RegistryQuestion): Promise<HttpAnswer> {
    const headers = accept ? { accept } : {};
    const withAccess = (authorization: string | undefined) =>
      this.#send(
        { method, url, headers: { ...headers, ...(authorization ? { authorization } : {}) } },
        question,
      );
    let answer = await withAccess(this.#access.headerFor(scope));
    if (answer.status === 401) {
      if (answer.url.host !== url.host)
        throw strangeAnswer(question, `it redirects to ${answer.url.host}, which wants a login of its own`);
      const { credentials } = await this.#credentials(question.signal);
      answer = await withAccess(await this.#access.answer(answer, scope, credentials, question));
    }
    if (answer.status === 200 || (method === "DELETE" && answer.status === 202)) return answer;
    throw answerFailure(answer, question);
  }

  async #send(
    request: Pick<HttpRequest, "method" | "url" | "headers" | "body">,
    question: RegistryQuestion,
    timeout = this.#timeout,
  ): Promise<HttpAnswer> {
    this.#authorities ??= authoritiesOf(this.registry, this.#folders);
    const authorities = await this.#authorities;
    const { signal } = question;
    const way = this.#way;
    if (way && request.url.host !== way.host && isLoopback(request.url.host))
      throw strangeAnswer(
        question,
        `it sends us to ${request.url.host} of its own machine, to which nothing leads from here`,
      );
    const ask = (trusted: readonly string[] | undefined) =>
      exchange({ ...request, way, authorities: trusted, timeout, signal });
    try {
      return await ask(authorities);
    } catch (error) {
      if (authorities || !isUntrusted(error)) throw exchangeFailure(error, question);
    }
    // Nothing was sent yet: the certificate was not trusted.
    const known = knownAuthorities();
    this.#authorities = Promise.resolve(known);
    try {
      return await ask(known);
    } catch (error) {
      throw exchangeFailure(error, question);
    }
  }

  async #question(
    purpose: string,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<RegistryQuestion> {
    const { registry } = this;
    const { credentials, failure } = await this.#credentials(signal);
    if (failure?.details.cause === "cancelled") throw failure;
    const user = credentials?.username;
    const secret = credentials?.kind === "password" ? credentials.password : credentials?.token;
    const secrets = secret ? [secret] : [];
    return { purpose, subject, registry, user, secrets, noCredentials: failure, signal };
  }

  async #credentials(signal: AbortSignal | undefined): Promise<Shown> {
    this.#shown ??= credentialsFor(this.registry, this.#store, signal);
    const shown = await this.#shown;
    // A question that was broken off answers nothing.
    if (shown.failure?.details.cause === "cancelled") this.#shown = undefined;
    return shown;
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }
}

/** Whether the authority behind a certificate is none that Node knows of. */
function isUntrusted(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return (
    typeof code === "string" &&
    /^(?:UNABLE_TO_(?:VERIFY|GET)|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO)/.test(code)
  );
}

function pullOf(repository: string): string {
  return `repository:${repository}:pull`;
}

function sha256Of(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** `Link: </v2/…>; rel="next"`: of the same registry, and another page. */
function nextPage({ headers }: HttpAnswer, page: URL): URL | undefined {
  const link = [headers.link ?? []].flat().join(", ");
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link)?.[1];
  if (target === undefined || !URL.canParse(target, page.href)) return undefined;
  const next = new URL(target, page.href);
  // A registry behind a proxy may write its own scheme; the host that was asked is asked again.
  next.protocol = page.protocol;
  return next.host === page.host && next.href !== page.href ? next : undefined;
}
