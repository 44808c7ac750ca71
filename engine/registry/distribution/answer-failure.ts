import { EngineFailure, type FailureDetails } from "../../failure.ts";
import { plainText } from "../../plain-text.ts";
import { noneThere } from "../registry-failure.ts";
import { isLoopback } from "../registry-host.ts";
import { ExchangeFault, type HttpAnswer } from "./http-exchange.ts";
import type { RegistryQuestion } from "./registry-question.ts";

/** A registry that has no such repository, tag or content. */
export class NotInRegistry extends EngineFailure {}

/** An answer that is none of a registry's: to all questions, or about one image. */
export class StrangeAnswer extends EngineFailure {}

/** A registry that does not do this: it is set up without, or its software has no such thing. */
export class NotSupported extends EngineFailure {}

const longestSaid = 300;

/** The failure behind an answer that is none of success. */
export function answerFailure(answer: HttpAnswer, question: RegistryQuestion): EngineFailure {
  const { registry, subject, user } = question;
  const said = saidIn(answer);
  switch (answer.status) {
    case 401:
    case 403:
      return refusal(question, said);
    case 404:
      if (isWebPage(answer)) return strangeAnswer(question, "it answers with a web page");
      return new NotInRegistry({
        cause: "registry",
        what: `cannot ${question.purpose}`,
        said: withoutSecrets(said ?? "no such image", question.secrets),
        next: `Check the name and the tag of ${subject}, and that ${registry} has it`,
      });
    case 405:
      return notSupported(question, said);
    case 400:
      // Distribution takes no tag where it wants a digest (`DIGEST_INVALID`), and says 400.
      return saysUnsupported(answer)
        ? notSupported(question, said)
        : failure(question, {
            cause: "registry",
            said: said ?? "HTTP status 400",
            next: `Ask who runs ${registry}, with what it said`,
          });
    case 429: {
      const seconds = Number(answer.headers["retry-after"]);
      return failure(question, {
        cause: "registry",
        said: said ?? "too many requests",
        next: `Wait${seconds > 0 ? ` ${seconds} s` : ""}${user === undefined ? `, or log in to ${registry}: it limits what is done without` : ", and try again"}`,
      });
    }
    default:
      if (answer.status >= 500)
        return failure(question, {
          cause: "registry",
          said: said ?? `HTTP status ${answer.status}`,
          next: `Try later, or ask who runs ${registry}: it fails by itself`,
        });
      return said === undefined && answer.status < 400
        ? strangeAnswer(question, `HTTP status ${answer.status}`)
        : failure(question, {
            cause: "registry",
            said: said ?? `HTTP status ${answer.status}`,
            next: `Ask who runs ${registry}, with what it said`,
          });
  }
}

function notSupported({ purpose, registry, secrets }: RegistryQuestion, said: string | undefined) {
  return new NotSupported({
    cause: "registry",
    what: `cannot ${purpose}`,
    said: withoutSecrets(said ?? "it does not do that", secrets),
    next: `Ask who runs ${registry} to allow it, or to do it`,
  });
}

function saysUnsupported({ body }: HttpAnswer): boolean {
  return /"(?:UNSUPPORTED|DIGEST_INVALID)"/.test(body.toString("latin1", 0, 2_000));
}

/** A registry, or its token server, that does not take this caller. */
export function refusal(question: RegistryQuestion, said: string | undefined): EngineFailure {
  const { registry, subject, user, noCredentials } = question;
  if (noCredentials) {
    const { what, ...others } = noCredentials.details;
    return new EngineFailure({ ...others, what: `cannot ${question.purpose}: ${what}` });
  }
  return failure(question, {
    cause: "registry-auth",
    ...(said === undefined ? {} : { said }),
    next:
      user === undefined
        ? `Log in to ${registry}, if there is ${subject}`
        : `Check that ${user || "the user who is logged in"} may see ${subject}, or log in to ${registry} anew`,
    registry,
  });
}

/** What answers speaks no registry's protocol. */
export function strangeAnswer(question: RegistryQuestion, said: string): StrangeAnswer {
  return new StrangeAnswer({
    cause: "registry",
    what: `cannot ${question.purpose}`,
    said: withoutSecrets(said, question.secrets),
    next: `Check that ${question.registry} is a registry: a web page, a log-in form or a proxy may answer in its place`,
  });
}

/** An exchange that came to no answer. */
export function exchangeFailure(error: unknown, question: RegistryQuestion): unknown {
  if (question.signal?.aborted)
    return new EngineFailure({ cause: "cancelled", what: `asking ${question.registry} was cancelled` });
  if (error instanceof ExchangeFault && error.kind !== "timeout")
    return strangeAnswer(question, error.message);
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  return failure(
    question,
    { cause: "network", said: plainText(error.message) || code, ...wayTo(question, code) },
    { cause: error },
  );
}

function wayTo(
  { registry }: RegistryQuestion,
  code: string,
): Required<Pick<FailureDetails, "next">> & Pick<FailureDetails, "registry"> {
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code))
    return {
      next: `Put the certificate of the registry's authority here, as /etc/docker/certs.d/${registry}/ca.crt`,
    };
  if (/^(?:EPROTO|ERR_SSL)/.test(code)) return { next: `Have ${registry} serve HTTPS` };
  if (code === "ECONNREFUSED" && isLoopback(registry)) return { next: noneThere, registry };
  return {
    next: `Check the registry's name, and that this machine reaches ${registry} (network, VPN, proxy)`,
  };
}

function failure(
  { purpose, secrets }: RegistryQuestion,
  { said, ...details }: Omit<FailureDetails, "what">,
  options?: ErrorOptions,
): EngineFailure {
  const heard = said === undefined ? {} : { said: withoutSecrets(said, secrets) };
  return new EngineFailure({ ...details, ...heard, what: `cannot ${purpose}` }, options);
}

/** A registry may repeat what it was shown. */
function withoutSecrets(said: string, secrets: readonly string[]): string {
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), said);
  return known.replace(/\b(basic|bearer)\s+[\w.~+/=-]{8,}/gi, "$1 …");
}

function isWebPage({ headers, body }: HttpAnswer): boolean {
  return (
    /\bhtml\b/.test(headers["content-type"] ?? "") ||
    /^\s*<(?:!doctype|html)/i.test(body.toString("latin1", 0, 100))
  );
}

/** The registry's own words (`errors` of the Distribution specification, `details` of token servers). */
export function saidIn(answer: HttpAnswer): string | undefined {
  if (isWebPage(answer)) return `it answers with a web page (HTTP status ${answer.status})`;
  const text = answer.body.toString("utf8").trim();
  if (text === "") return undefined;
  let words = text;
  try {
    const content = JSON.parse(text);
    const messages = Array.isArray(content?.errors)
      ? content.errors.map((error: { message?: unknown; code?: unknown }) => error?.message ?? error?.code)
      : [content?.details ?? content?.message ?? content?.error];
    words = messages.filter((message: unknown) => typeof message === "string" && message !== "").join("; ");
  } catch {
    // Its own words, then.
  }
  return plainText(words).replace(/\s+/g, " ").trim().slice(0, longestSaid) || undefined;
}
