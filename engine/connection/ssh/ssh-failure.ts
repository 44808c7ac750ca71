import { EngineFailure, type FailureCause } from "../../failure.ts";
import { plainText } from "../../plain-text.ts";

/** What kept ssh from logging in, as finely as its words tell it. */
export type SshProblem =
  | "unresolvable"
  | "refused"
  | "timeout"
  | "unreachable"
  | "no-ssh-server"
  | "silent-server"
  | "jump-host"
  | "host-key-unknown"
  | "host-key-changed"
  | "authentication"
  | "configuration"
  | "other";

/** A failure of ssh's, with the step that it stopped at. */
export class SshFailure extends EngineFailure {
  readonly problem: SshProblem;

  constructor(problem: SshProblem, name: string, stderr: string, exit: number | null) {
    const { cause, what, next } = meanings[problem];
    const said = relevantLines(stderr) || `ssh ended with code ${exit ?? "unknown"}`;
    super({ cause, what: what.replaceAll("HOST", name), said, next: next.replaceAll("HOST", name) });
    this.name = "SshFailure";
    this.problem = problem;
  }
}

interface Meaning {
  readonly cause: FailureCause;
  readonly what: string;
  readonly next: string;
}

const meanings: Readonly<Record<SshProblem, Meaning>> = {
  unresolvable: {
    cause: "ssh-unreachable",
    what: "the name of HOST does not resolve",
    next: "Check its spelling, the HostName in your ssh configuration, and whether a VPN is needed",
  },
  refused: {
    cause: "ssh-unreachable",
    what: "HOST refuses ssh connections",
    next: "Check the port, and that sshd runs there",
  },
  timeout: {
    cause: "ssh-unreachable",
    what: "HOST does not answer",
    next: "Check that it is up, and whether a VPN or a jump host is needed",
  },
  unreachable: {
    cause: "ssh-unreachable",
    what: "there is no way to HOST",
    next: "Check the network of this machine, and whether a VPN or a jump host is needed",
  },
  "no-ssh-server": {
    cause: "ssh-unreachable",
    what: "HOST closed the connection before the login",
    next: "Check the port; a busy or a blocking sshd does this too, so wait a moment and try again",
  },
  "silent-server": {
    cause: "ssh-unreachable",
    what: "what listens at the ssh port of HOST says nothing",
    next: "Check the port; if it is right, sshd hangs there or the host is overloaded: ask its administrator",
  },
  "jump-host": {
    cause: "ssh-unreachable",
    what: "HOST cannot be reached through its jump host",
    next: "Check ProxyJump or ProxyCommand in your ssh configuration: each host on the way must be up and let you in",
  },
  "host-key-unknown": {
    cause: "ssh-host-key",
    what: "the key of HOST is unknown and was not accepted",
    next: "Compare its fingerprint with what its administrator says, then accept it: run ssh to it once in a terminal",
  },
  "host-key-changed": {
    cause: "ssh-host-key",
    what: "the key of HOST is not the one that is known",
    next: "Ask its administrator whether the key was changed: somebody may listen in. If it was, remove the old one with ssh-keygen -R",
  },
  authentication: {
    cause: "ssh-auth",
    what: "HOST does not let this user in",
    next: "Check the user's name, and that your key is in the agent (ssh-add -l) and in authorized_keys there",
  },
  configuration: {
    cause: "request",
    what: "ssh cannot work with its configuration for HOST",
    next: "Correct your ssh configuration",
  },
  other: {
    cause: "ssh-unreachable",
    what: "ssh could not connect to HOST",
    next: "Try ssh to it in a terminal",
  },
};

/** In this order: a message of a jump host's comes with a general one behind it. */
const patterns: readonly (readonly [RegExp, SshProblem])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|differs from the key for the IP address/i, "host-key-changed"],
  [/Host key verification failed|No \S+ host key is known for/, "host-key-unknown"],
  [/no matching host key type|no matching key exchange|no matching cipher|no matching MAC/i, "configuration"],
  [/Bad configuration option|Bad owner or permissions|terminating, \d+ bad configuration/i, "configuration"],
  [/stdio forwarding failed|channel \d+: open failed: .*(connect failed|prohibited)/, "jump-host"],
  [/Could not resolve hostname/, "unresolvable"],
  [
    /Permission denied|Too many authentication failures|No supported authentication methods/,
    "authentication",
  ],
  [/Connection refused/, "refused"],
  // After the connection was made, not while.
  [
    /timed out during banner exchange|^(Connection to|Timeout, server) \S+.* (timed out|not responding)/m,
    "silent-server",
  ],
  [/timed out/i, "timeout"],
  [/No route to host|Network is unreachable|Host is down/, "unreachable"],
  [
    /kex_exchange_identification|ssh_exchange_identification|banner exchange|Connection (closed|reset)/,
    "no-ssh-server",
  ],
];

/** A failure on the way: the host itself was never asked. ssh knows no address for what a jump host closes. */
const beforeTheHost = /UNKNOWN port 65535/;
const onTheWay = new Set<SshProblem>([
  "unresolvable",
  "refused",
  "timeout",
  "unreachable",
  "no-ssh-server",
  "silent-server",
]);

/** Which host the problem is with, and which one it is. `name` is whom the user named. */
export function sshFailure(name: string, stderr: string, exit: number | null): SshFailure {
  const problem = problemOf(stderr);
  if (!beforeTheHost.test(stderr)) return new SshFailure(problem, name, stderr, exit);
  return onTheWay.has(problem)
    ? new SshFailure("jump-host", name, stderr, exit)
    : new SshFailure(problem, `the jump host of ${name}`, stderr, exit);
}

/** Reads ssh's own words (LC_ALL=C). Greetings that a host sends before the login stand among them. */
function problemOf(stderr: string): SshProblem {
  return patterns.find(([pattern]) => pattern.test(stderr))?.[1] ?? "other";
}

/** As many as ssh's warning of a changed key has from its fingerprint on. */
const saidLines = 9;
const noise = /^(debug\d:|@+$|Warning: Permanently added|Authenticated to |Transferred: |Bytes per second:)/;

/** The last lines that ssh said, without its ornaments. */
export function relevantLines(stderr: string): string {
  const lines = plainText(stderr)
    .split("\n")
    .map((line) => line.replace(/^@\s+|\s+@$/g, "").trimEnd())
    .filter((line) => line.trim() !== "" && !noise.test(line));
  return lines.slice(-saidLines).join("\n");
}
