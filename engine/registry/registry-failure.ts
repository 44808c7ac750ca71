import type { EngineFailure, FailureCause, FailureDetails } from "../failure.ts";
import { isLoopback } from "./registry-host.ts";

/** What a daemon was doing at a registry when it failed. */
export interface RegistryWork {
  readonly action: "push" | "pull" | "log in";
  /** The image in full, as the user named it; the registry, for a login. */
  readonly reference: string;
  readonly registry: string;
  /** Whom the registry was shown; undefined for nobody. */
  readonly user: string | undefined;
  /** Why no credentials could be looked up. */
  readonly noCredentials: EngineFailure | undefined;
}

interface KnownError {
  readonly says: RegExp;
  readonly cause: FailureCause;
  readonly next: (work: RegistryWork) => string;
  /** Whether it may pass by itself. */
  readonly passes?: boolean;
  /** Whom a login may help: whoever shows none, or also those whose login may be no longer good. */
  readonly loginHelps?: "nobody-yet" | "anybody";
}

/** What to do about a user and a password that a registry does not take. */
export const checkLogin =
  "Check the user and the password (with some registries: a token made on their web page)";

/** Where a registry of the host's own does not answer. */
export const noneThere = "Start a registry on that host, or write another one to lab-images.json";

const reach = ({ registry }: RegistryWork) =>
  `Check the registry's name, and that the daemon's host reaches ${registry} (proxy, VPN, firewall)`;

/**
 * The daemon's words, of docker/distribution (`registry/client`, `api/errcode`), Go's `net/http` and moby's
 * `distribution`; with containerd's image store ("unexpected status from …") containerd's `core/remotes/docker`. The
 * first that fits counts.
 */
const knownErrors: readonly KnownError[] = [
  {
    says: /does not exist locally with the tag|tag does not exist|No such image/i,
    cause: "request",
    next: ({ reference }) => `Build it, or tag an image as ${reference}, and push again`,
  },
  {
    says: /^(?!.*HTTP status).*(?:no space left on device|disk quota exceeded)/is,
    cause: "disk-full",
    next: () => "Free space on the daemon's host",
  },
  {
    says: /toomanyrequests|429 Too Many Requests/i,
    cause: "registry",
    next: ({ user }) =>
      user === undefined ? "Wait, or log in: the registry limits what is done without" : "Wait",
    passes: false,
  },
  {
    // Harbor's, which come as refusals.
    says: /exceed the configured upper limit|quota exceeded when processing/i,
    cause: "registry",
    next: ({ registry }) => `Delete tags there that nobody needs, or ask who runs ${registry} for more space`,
  },
  {
    says: /configured as immutable|tag is immutable|: 412 Precondition Failed/i,
    cause: "registry",
    next: () => "Push under another tag: the registry is set up to keep what is under this one",
  },
  {
    // A proxy on the way, in words that are like the registry's (Go's net/http for 407).
    says: /Proxy Authentication Required/i,
    cause: "network",
    next: ({ registry }) =>
      `Give the daemon's host a proxy that lets it reach ${registry}, with its user and password: HTTPS_PROXY in the daemon's settings`,
  },
  {
    says: /proxyconnect/i,
    cause: "network",
    next: () =>
      "Start the proxy that HTTPS_PROXY of the daemon names, or name another one in the daemon's settings",
    passes: true,
  },
  {
    says: /denied|insufficient_scope|unauthorized to access repository|unauthorized: project \S+ not found|status: 403|: 403 Forbidden/i,
    cause: "registry-auth",
    next: nextAfterRefusal,
    loginHelps: "nobody-yet",
  },
  {
    says: /no basic auth credentials|unauthorized|authentication required|incorrect username or password|status: 401/i,
    cause: "registry-auth",
    next: nextAfterRefusal,
    loginHelps: "anybody",
  },
  {
    says: /server gave HTTP response to HTTPS client/,
    cause: "network",
    next: ({ registry }) =>
      `Have the registry serve HTTPS, or add ${registry} to "insecure-registries" in the daemon's /etc/docker/daemon.json`,
  },
  {
    says: /x509: /,
    cause: "network",
    next: ({ registry }) =>
      `Put the certificate of the registry's authority on the daemon's host, as /etc/docker/certs.d/${registry}/ca.crt`,
  },
  {
    says: /connection refused|no such host|network is unreachable|no route to host|server misbehaving/i,
    cause: "network",
    next: (work) => (isLoopback(work.registry) ? noneThere : reach(work)),
  },
  {
    says: /connection reset by peer|broken pipe|use of closed network connection|\bEOF\b|i\/o timeout|connection timed out|context deadline exceeded|TLS handshake timeout|request canceled|Client\.Timeout|http2: /i,
    cause: "network",
    next: reach,
    passes: true,
  },
  {
    says: /^unknown: \s*<|HTTP status: 200 OK|invalid character '.*' looking for beginning of value|error parsing HTTP \d+ response body|unexpected status from \w+ request to \S+: (?:200|404|405) |invalid content digest in response/i,
    cause: "registry",
    next: ({ registry }) =>
      `Check that ${registry} is a registry: what answers there speaks no registry's protocol (a web page, a log-in form, a proxy)`,
  },
  {
    says: /HTTP status: 50[0-9]|HTTP status code 50[0-9]|50[0-9] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout)|^unknown: |^error from registry: (?:unknown error|blob upload invalid)/i,
    cause: "registry",
    next: ({ registry }) =>
      `Try later, or ask who runs ${registry}: it fails by itself, for instance as its disk is full`,
    passes: true,
  },
  {
    says: /manifest (?:for .* )?(?:unknown|not found)|name unknown|repository .* not found|does not exist|failed to resolve reference .*: not found$/i,
    cause: "registry",
    next: () => "Check the image's name and tag, and that the registry has it",
  },
  {
    says: /context canceled|shutting down/,
    cause: "connection-lost",
    next: () => "See whether the Docker daemon is up, and try again: what was done is kept",
  },
];

/** Why the daemon's work at a registry failed, from what it said. */
export function registryFailure(said: string, work: RegistryWork): FailureDetails {
  const { action, reference, noCredentials } = work;
  const known = knownIn(said);
  const what = `cannot ${action} ${action === "log in" ? "to " : ""}${reference}`;
  if (!known)
    return {
      cause: "registry",
      what,
      said,
      next: `Ask who runs ${work.registry}, with what it said`,
    };
  if (known.cause === "registry-auth" && noCredentials)
    return { ...noCredentials.details, what: `${what}: ${noCredentials.details.what}` };
  const next = known.next(work);
  const isAbout = next === noneThere || (known.cause === "registry-auth" && action !== "log in");
  return { cause: known.cause, what, said, next, ...(isAbout ? { registry: work.registry } : {}) };
}

/**
 * What a daemon said, without the queries of its URLs: an upload's state fills lines, and a signature that storage takes
 * for a login is nobody's to read.
 */
export function withoutQueries(said: string): string {
  return said.replace(/(https?:\/\/[^\s"?]+)\?[^\s"]*?(?=:?(?:["\s]|$))/g, "$1");
}

/** Whether the same again may work: a fault that passes, never a refusal. */
export function mayPass(said: string): boolean {
  return knownIn(said)?.passes ?? false;
}

/**
 * Whether the registry refused for want of a login, or for one that is no longer good; not where this user may not do it,
 * nor where docker's config has to be mended first.
 */
export function loginMayHelp(said: string, { user, noCredentials }: RegistryWork): boolean {
  const whom = noCredentials ? undefined : knownIn(said)?.loginHelps;
  return whom === "anybody" || (whom === "nobody-yet" && user === undefined);
}

function knownIn(said: string): KnownError | undefined {
  return knownErrors.find(({ says }) => says.test(said));
}

function nextAfterRefusal({ action, registry, reference, user }: RegistryWork): string {
  if (action === "log in") return checkLogin;
  if (user === undefined) return `Log in to ${registry} and ${action} again`;
  const may = `that ${user || "the user who is logged in"} may ${action} there`;
  return `Check ${may} and that ${reference} is the right path, or log in to ${registry} anew`;
}
