import { EngineFailure } from "../failure.ts";
import type { HostUrl } from "./host.ts";

/** Whom ssh is asked for. What is undefined is left to the user's ssh configuration. */
export interface SshDestination {
  readonly user: string | undefined;
  /** A name of the user's ssh configuration, a host name, or an address (IPv6 without brackets). */
  readonly host: string;
  readonly port: number | undefined;
}

/** What a host URL says. */
export type Endpoint =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly hostname: string; readonly port: number | undefined }
  | {
      readonly kind: "ssh";
      readonly destination: SshDestination;
      /** The daemon's socket there; undefined where it is to be found out. */
      readonly socket: string | undefined;
    };

/** What a shell or ssh itself could take for more than a name; more than OpenSSH refuses since 9.6 (`valid_hostname`). */
const notInAName = /['`"$\\;&<>|(){}\s\x00-\x1f\x7f]/;
/** Of a user `DOMAIN\ada` is a name too (OpenSSH's `valid_ruser`). */
const notInALogin = /['`";&<>|(){}\x00-\x1f\x7f]|\s-|\\$/;
const notInAPath = /[:\x00-\x1f\x7f]/;
const schemes = "unix://, ssh://, tcp:// or npipe://";

/**
 * Reads a host URL. `namedBy` is where it stands, for the message: `DOCKER_HOST`, `--host`.
 *
 * @throws {EngineFailure} of cause `request`
 */
export function parseHostUrl(url: HostUrl, namedBy: string): Endpoint {
  const refuse = (why: string, next: string): never => {
    const shown = url.replace(/(:\/\/[^/@:]*):[^/@]*@/, "$1:…@");
    throw new EngineFailure({ cause: "request", what: `${namedBy} is "${shown}": ${why}`, next });
  };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  const rest = scheme === undefined ? url : url.slice(scheme.length + 3);
  switch (scheme) {
    case "unix":
      if (!rest.startsWith("/"))
        return refuse("the socket's path is not absolute", "Write unix:///var/run/docker.sock");
      return { kind: "socket", path: rest };
    case "npipe":
      if (!rest.startsWith("//./pipe/"))
        return refuse("this is not the name of a pipe", "Write npipe:////./pipe/docker_engine");
      return { kind: "socket", path: rest };
    case "tcp":
    case "http":
    case "https":
      return tcpEndpoint(rest) ?? refuse("host and port cannot be read", "Write tcp://node:2376");
    case "ssh":
      return sshEndpoint(url, refuse);
    case undefined:
      return refuse("the kind of host is missing", `Write it with ${schemes}, for example ssh://${rest}`);
    default:
      return refuse(`there are no "${scheme}" hosts`, `Write ${schemes}`);
  }
}

/** Whether two URLs name the same way to the same daemon is decided on this form. */
export function endpointKey(endpoint: Endpoint): string {
  return JSON.stringify(endpoint);
}

/** `user@host:port`, as far as they are said. */
export function destinationName({ user, host, port }: SshDestination): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${user === undefined ? "" : `${user}@`}${name}${port === undefined ? "" : `:${port}`}`;
}

function tcpEndpoint(rest: string): Endpoint | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/[\]@?#\s]+))(?::(\d{1,5}))?\/?$/i.exec(rest);
  const hostname = match?.[1] ?? match?.[2];
  const port = portOf(match?.[3]);
  return hostname === undefined || port === null ? undefined : { kind: "tcp", hostname, port };
}

function sshEndpoint(url: string, refuse: (why: string, next: string) => never): Endpoint {
  const match = /^ssh:\/\/(?:([^/?#]*)@)?(\[[^\]/]*\]|[^:/?#@]*)(?::([^/?#]*))?(\/[^?#]*)?([?#].*)?$/i.exec(
    url,
  );
  const form = "Write ssh://user@host:port, or a name of your ssh configuration: ssh://node";
  if (!match) return refuse("it cannot be read", form);
  const [, login, bracketed = "", portText, path, query] = match;
  if (query !== undefined) return refuse("nothing may follow the path", form);
  if (login?.includes(":"))
    return refuse("a password does not belong there", "Leave it out: ssh asks for it, or takes your key");
  const host = bracketed.replace(/^\[(.*)\]$/, "$1");
  const user = login === undefined ? undefined : decoded(login);
  if (host === "") return refuse("the host's name is missing", form);
  for (const [what, name, forbidden] of [
    ["host's", host, notInAName],
    ["user's", user, notInALogin],
  ] as const) {
    if (name === undefined) continue;
    if (name === "") return refuse(`the ${what} name is empty`, form);
    if (name.startsWith("-")) return refuse(`the ${what} name begins with "-", as an option does`, form);
    if (forbidden.test(name)) return refuse(`the ${what} name has a character that no name has`, form);
  }
  const port = portOf(portText);
  if (port === null) return refuse(`"${portText}" is no port`, "Write a number from 1 to 65535");
  const socket = path === undefined || path === "/" ? undefined : decoded(path);
  if (socket !== undefined && notInAPath.test(socket))
    return refuse(
      "the socket's path has a colon or a control character",
      "Link the socket to a plainer path",
    );
  return { kind: "ssh", destination: { user, host, port }, socket };
}

/** undefined: not said; null: no port. */
function portOf(text: string | undefined): number | undefined | null {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** A name with a stray `%` means what it says. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
