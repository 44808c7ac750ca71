import type { RegistryCredentials } from "../credentials.ts";
import { isLoopback } from "../registry-host.ts";
import { answerFailure, refusal, saidIn, strangeAnswer } from "./answer-failure.ts";
import { type Challenge, parseChallenges } from "./challenges.ts";
import type { HttpAnswer, HttpRequest } from "./http-exchange.ts";
import type { RegistryQuestion } from "./registry-question.ts";

/** Sends a request with the client's own limits; fails in the question's words. */
export type Send = (
  request: Pick<HttpRequest, "method" | "url" | "headers" | "body">,
  question: RegistryQuestion,
) => Promise<HttpAnswer>;

interface Authorization {
  readonly header: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Seconds; Distribution's specification has 60 where the token server names none. */
const defaultLifetime = 60;

/** Milliseconds that a token is taken for expired before it is: requests take time. */
const safety = 5_000;

/**
 * Answers a registry's challenges ("Token Authentication Specification" of Distribution; Basic), and keeps tokens until
 * they expire. Credentials go to the registry, or to the token server that it names, over HTTPS (HTTP from a registry
 * that is asked over HTTP itself).
 */
export class RegistryAccess {
  readonly #send: Send;
  readonly #now: () => number;
  readonly #kept = new Map<string, Authorization>();

  constructor(send: Send, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
  }

  /** The header for requests of a scope (`repository:lab/x:pull`), as far as it is known already. */
  headerFor(scope: string): string | undefined {
    const kept = this.#kept.get(scope);
    return kept && kept.until > this.#now() ? kept.header : undefined;
  }

  /**
   * Gets what the challenge wants, and keeps it for the scope.
   * @throws {EngineFailure} where the caller has no credentials, or the token server does not take them
   */
  async answer(
    refused: HttpAnswer,
    scope: string,
    credentials: RegistryCredentials | undefined,
    question: RegistryQuestion,
  ): Promise<string> {
    const challenges = parseChallenges(refused.headers["www-authenticate"] ?? "");
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    const authorization = bearer
      ? await this.#token(bearer, scope, credentials, refused.url, question)
      : basic(refused, challenges, credentials, question);
    this.#kept.set(scope, authorization);
    return authorization.header;
  }

  async #token(
    { parameters }: Challenge,
    scope: string,
    credentials: RegistryCredentials | undefined,
    registry: URL,
    question: RegistryQuestion,
  ): Promise<Authorization> {
    const realm = parameters.get("realm") ?? "";
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    const isSafe =
      url?.protocol === "https:" ||
      (url?.protocol === "http:" && (registry.protocol === "http:" || isLoopback(url.host)));
    if (!url || !isSafe) throw strangeAnswer(question, "it names no token server that is safe to ask");
    const query = new URLSearchParams();
    const service = parameters.get("service");
    if (service !== undefined) query.set("service", service);
    // A login is for no scope.
    const wanted = parameters.get("scope") ?? scope;
    if (wanted !== "") query.set("scope", wanted);
    const answer = await this.#ask(url, query, credentials, question);
    if (answer.status === 401 || answer.status === 403) throw refusal(question, saidIn(answer));
    if (answer.status !== 200) throw answerFailure(answer, question);
    const { token, lifetime } = readToken(answer, question);
    return { header: `Bearer ${token}`, until: this.#now() + lifetime * 1000 - safety };
  }

  #ask(
    realm: URL,
    query: URLSearchParams,
    credentials: RegistryCredentials | undefined,
    question: RegistryQuestion,
  ): Promise<HttpAnswer> {
    if (credentials?.kind === "identity-token") {
      query.set("grant_type", "refresh_token");
      query.set("client_id", "lab-images");
      query.set("refresh_token", credentials.token);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return this.#send({ method: "POST", url: realm, headers, body: query.toString() }, question);
    }
    const url = new URL(realm);
    for (const [name, value] of query) url.searchParams.set(name, value);
    const headers = credentials ? { authorization: basicHeader(credentials) } : {};
    return this.#send({ method: "GET", url, headers }, question);
  }
}

function basic(
  refused: HttpAnswer,
  challenges: readonly Challenge[],
  credentials: RegistryCredentials | undefined,
  question: RegistryQuestion,
): Authorization {
  const isAsked = challenges.some(({ scheme }) => scheme === "basic");
  if (!isAsked || credentials?.kind !== "password") throw answerFailure(refused, question);
  return { header: basicHeader(credentials), until: Number.POSITIVE_INFINITY };
}

/** What the Basic scheme shows. */
export function basicHeader({
  username,
  password,
}: Extract<RegistryCredentials, { kind: "password" }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function readToken(answer: HttpAnswer, question: RegistryQuestion): { token: string; lifetime: number } {
  try {
    const { token, access_token, expires_in } = JSON.parse(answer.body.toString("utf8"));
    const given: unknown = token || access_token;
    // It becomes a header.
    if (typeof given === "string" && /^[\x21-\x7e]+$/.test(given))
      return { token: given, lifetime: typeof expires_in === "number" ? expires_in : defaultLifetime };
  } catch {
    // No JSON.
  }
  throw strangeAnswer(question, "its token server gives no token");
}
