import { EngineFailure, type FailureCause } from "../failure.ts";
import type { Host } from "./host.ts";

const noDaemonCodes = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const brokenCodes = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);
const anotherHost = "Start Docker there, or name another host";

/** What it means that a daemon could not be asked something. */
export function daemonFailure(error: unknown, host: Host): EngineFailure {
  if (error instanceof EngineFailure) return error;
  const { code, statusCode, message } = factsOf(error);
  const failure = (
    cause: FailureCause,
    what: string,
    next: string,
    said: string | undefined = message,
  ): EngineFailure => new EngineFailure({ cause, what, next, ...(said ? { said } : {}) }, { cause: error });
  if (code === "EACCES" || code === "EPERM")
    return failure(
      "permission",
      `this user may not use the Docker daemon at ${host.url}`,
      'Ask for the group "docker" and log in anew, or use a rootless daemon',
    );
  if (noDaemonCodes.has(code))
    return failure("no-daemon", `no Docker daemon answers at ${host.url}`, anotherHost);
  const broken = brokenCodes.has(code) || /socket hang up/.test(message);
  const untrusted =
    /certificate|SSL|TLS|ALTNAME|CERT|UNABLE_TO_VERIFY|ISSUER/.test(code) ||
    /Client sent an HTTP request to an HTTPS/.test(message) ||
    // With TLS 1.3 a server refuses a certificate after the handshake.
    (broken && host.tls !== undefined);
  if (untrusted)
    return failure(
      "permission",
      `there is no trust between this machine and the daemon at ${host.url}`,
      "Check the certificates of its docker context, or DOCKER_CERT_PATH and DOCKER_TLS_VERIFY",
    );
  if (statusCode !== undefined)
    return failure("fault", `what answers at ${host.url} is no working Docker daemon`, anotherHost);
  if (broken) return failure("no-daemon", `the daemon at ${host.url} closes every connection`, anotherHost);
  // No error of a connection.
  if (code === "") return failure("fault", `the daemon at ${host.url} could not be asked`, "Try again");
  return failure("no-daemon", `the daemon at ${host.url} cannot be reached`, anotherHost);
}

/** What is given out as the reason of {@link Connection.lost}. */
export function lossFailure(host: Host, what: string, said?: string): EngineFailure {
  return new EngineFailure({
    cause: "connection-lost",
    what,
    next: `See whether ${host.name} and its Docker daemon are up, and try again`,
    ...(said ? { said } : {}),
  });
}

function factsOf(error: unknown): { code: string; statusCode: number | undefined; message: string } {
  const { code, statusCode, message } = (error ?? {}) as {
    code?: unknown;
    statusCode?: unknown;
    message?: unknown;
  };
  return {
    code: typeof code === "string" ? code : "",
    statusCode: typeof statusCode === "number" ? statusCode : undefined,
    message: typeof message === "string" ? message : "",
  };
}
