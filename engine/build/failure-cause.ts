import type { FailureCause } from "../failure.ts";

/** Why a build failed, and what to do about it. */
export interface CauseOfFailure {
  readonly cause: FailureCause;
  readonly next: string | undefined;
}

interface KnownError extends CauseOfFailure {
  readonly says: RegExp;
}

/** What only the daemon's host can mend, whichever instruction it shows at. */
const diskFull: KnownError = {
  says: /no space left on device|disk quota exceeded|write error: no space/i,
  cause: "disk-full",
  next: "Ask whoever runs the daemon's host to free space there, or prune images without a name and unused build cache",
};

const noNetwork: KnownError = {
  says: /no such host|i\/o timeout|connection refused|network is unreachable|no route to host|TLS handshake timeout|connection reset by peer|server misbehaving|net\/http: request canceled|proxyconnect|x509: |server gave HTTP response to HTTPS client/i,
  cause: "network",
  next: "Check the name, and that the daemon's host reaches it (proxy, VPN, firewall)",
};

/**
 * The daemon's words. From moby/buildkit (`frontend/dockerfile`, `solver`, `util/resolver`), containerd
 * (`remotes/docker`) and the distribution registry's error codes; the first that fits counts.
 */
const daemonErrors: readonly KnownError[] = [
  diskFull,
  {
    says: /target stage "?(\S+?)"? could not be found|failed to reach build target/,
    cause: "request",
    next: "Name one of the Dockerfile's stages, or leave the target out",
  },
  {
    says: /base name \(.*\) should not be blank/,
    cause: "dockerfile",
    next: "Give the argument in FROM a value: in lab-images.json, with --build-arg, or as a default of its ARG",
  },
  {
    says: /dockerfile parse error|unknown instruction|unknown flag|failed to parse stage name|invalid reference format|circular dependency|file with no instructions|no build stage in current context|Dockerfile cannot be empty|must have two arguments|requires (?:at least|exactly) \w+ argument|must be of the form: name=value|invalid (?:containerPort|proto)/i,
    cause: "dockerfile",
    next: "Correct the Dockerfile there",
  },
  {
    says: /no SSH key "?.*"? forwarded|ssh forward(?:ing)?.*(?:not|no) |unset ssh forward key/i,
    cause: "request",
    next: "Forward an ssh agent (--ssh default), with your key added to it (ssh-add)",
  },
  {
    says: /secret .*not found|failed to (?:get|read|load) secret|no such secret/i,
    cause: "request",
    next: "Give the secret that the Dockerfile mounts (--secret id=…,src=…)",
  },
  {
    says: /executor failed running|did not complete successfully|process ".*" (?:failed|did not)|runc run failed|executable file not found/,
    cause: "dockerfile",
    next: undefined,
  },
  {
    says: /toomanyrequests|429 Too Many Requests/i,
    cause: "registry",
    next: "Wait, or log in: the registry limits how much is pulled without a login",
  },
  {
    says: /401 Unauthorized|403 Forbidden|insufficient_scope|authorization failed|pull access denied|no basic auth credentials|failed to authorize|authentication required|denied: /i,
    cause: "registry-auth",
    next: "Check the image's name, and log in to its registry where it is private",
  },
  {
    says: /failed to compute cache key|failed to calculate checksum|lstat .*no such file|failed to walk|no source files were specified|no such file or directory|cannot copy to non-directory|not a directory|"[^"]*"(?: not found)?: not found$/i,
    cause: "dockerfile",
    next: "Check the path: it counts from the build context's folder, and .dockerignore may leave it out",
  },
  noNetwork,
  {
    says: /manifest unknown|name unknown|not found|no match for platform|failed to resolve source metadata|unexpected status code|50\d (?:Internal|Bad Gateway|Service)/i,
    cause: "registry",
    next: "Check the image's name and tag, and that the registry has it",
  },
  {
    says: /no active session|session .*(?:closed|not found)|transport is closing|rpc error: code = Unavailable/i,
    cause: "connection-lost",
    next: "Build again",
  },
  {
    says: /invalid reference|invalid tag|invalid platform|unknown operating system|network mode .* not supported|granting entitlement/i,
    cause: "request",
    next: "Correct what was asked for",
  },
];

/** What commands of a RUN print when it is not the Dockerfile that is at fault. */
const printedErrors: readonly KnownError[] = [
  diskFull,
  {
    says: /Temporary failure (?:in name resolution|resolving)|Could not resolve (?:host|')|Name or service not known|Network is unreachable|bad address '/,
    cause: "network",
    next: "Check that a RUN reaches the network on the daemon's host: build with --network host, or set the proxy as a build argument (http_proxy, https_proxy)",
  },
];

const killed = 137;
const notFound = 127;
const notExecutable = 126;

/** Reads the daemon's words (prefixes left in) and, where a command failed, its last lines. */
export function causeOf(
  said: string,
  exitCode: number | undefined,
  output: readonly string[],
): CauseOfFailure {
  const known = daemonErrors.find(({ says }) => says.test(said));
  if (exitCode === undefined) return known ?? { cause: "fault", next: undefined };
  // The last lines, and of those the ones about the failure: an early warning is none.
  const printed = printedErrors.find(({ says }) => output.slice(-10).some((line) => says.test(line)));
  if (printed) return printed;
  return { cause: known?.cause === "disk-full" ? "disk-full" : "dockerfile", next: nextAfterExit(exitCode) };
}

function nextAfterExit(exitCode: number): string {
  switch (exitCode) {
    case killed:
      return "Look at the host's memory: the command was killed, mostly because none was left; build with fewer jobs at once (MAX_JOBS, make -j)";
    case notFound:
      return "Install the command that was not found in an earlier instruction, or correct its name";
    case notExecutable:
      return "Make the file executable (COPY --chmod=755), and check its #! line and its platform";
    default:
      return "Correct the command; its last lines say why it failed";
  }
}

/** `executor failed running […]: exit code: 3` (to 0.9), `process "…" did not complete successfully: exit code: 3`. */
export function exitCodeIn(said: string): number | undefined {
  const code = /(?:exit code:|returned a non-zero code:|exit status) (\d+)\s*$/.exec(said)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** `dockerfile parse error line 2: …`, and since 0.11 `… on line 2`. */
export function parseErrorLine(said: string): number | undefined {
  const line = /dockerfile parse error (?:on )?line (\d+)/i.exec(said)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** What the daemon says, without the parts of it that only its authors need. */
export function readable(said: string): string {
  let text = said.trim();
  for (;;) {
    const shorter = text.replace(
      /^(?:failed to solve(?: with frontend \S+)?|failed to create LLB definition|rpc error: code = \w+ desc =|failed to (?:compute|load) cache key|failed to calculate checksum of ref \S+|failed to parse \S+:):? /,
      "",
    );
    if (shorter === text) return text;
    text = shorter;
  }
}
