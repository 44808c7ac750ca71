import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { EngineFailure } from "../failure.ts";
import { contextHost, currentContext, defaultContext, listContexts, readTls } from "./docker-context.ts";
import type { Host, HostSource, HostTls, HostUrl } from "./host.ts";
import { destinationName, parseHostUrl } from "./host-url.ts";
import { dockerConfigFolder, type Machine, thisMachine } from "./machine.ts";

/** Where a host can be named, the first one that says something wins; each a URL or a docker context's name. */
export interface NamedHosts {
  /** `--host`. */
  readonly option?: string | undefined;
  /** What the user chose for the workspace. */
  readonly choice?: string | undefined;
  /** `labImages.host`. */
  readonly setting?: string | undefined;
}

/** What each place is called where a user is told of it. */
const places = {
  option: "--host",
  choice: "the host chosen for this workspace",
  setting: "labImages.host",
  "hosts-setting": "labImages.hosts",
  manifest: "hosts in lab-images.json",
} as const;

/**
 * The host to work on: what was named, else DOCKER_HOST, the current docker context, or the default socket.
 * Only reads files; nothing is connected to.
 *
 * @throws {EngineFailure} of cause `request`, which names the place of the mistake
 */
export async function resolveHost(named: NamedHosts = {}, machine: Machine = thisMachine()): Promise<Host> {
  for (const source of ["option", "choice", "setting"] as const) {
    const value = named[source]?.trim();
    if (value) return namedHost(value, source, machine);
  }
  const { DOCKER_HOST: fromEnvironment } = machine.env;
  if (fromEnvironment) return hostOf(urlOf(fromEnvironment), "DOCKER_HOST", "DOCKER_HOST", machine);
  const context = await currentContext(machine);
  if (!context) return defaultHost(machine);
  return checked(await knownContext(context.name, context.namedBy, machine), context.namedBy);
}

/** The daemon of this machine. */
export function defaultHost(machine: Machine): Host {
  const sockets = defaultSockets(machine);
  const path = sockets.find(isUsable) ?? sockets.find(isThere) ?? sockets[0]!;
  return {
    url: path.startsWith("//./pipe/") ? `npipe://${path}` : `unix://${path}`,
    name: "local",
    source: "default",
    context: defaultContext,
  };
}

/** Where daemons of this machine listen: the system's, the rootless one, Docker Desktop's. */
function defaultSockets({ platform, env, home, uid }: Machine): readonly string[] {
  if (platform === "win32") return ["//./pipe/docker_engine"];
  const runtime = env.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  return [
    "/var/run/docker.sock",
    ...(runtime ? [join(runtime, "docker.sock")] : []),
    join(home, ".docker", "run", "docker.sock"),
    join(home, ".docker", "desktop", "docker.sock"),
  ];
}

/**
 * The host that a URL or a docker context's name means, and where that stands.
 *
 * @throws {EngineFailure} of cause `request`, which names the place of the mistake
 */
export async function namedHost(
  value: string,
  source: keyof typeof places,
  machine: Machine = thisMachine(),
): Promise<Host> {
  const namedBy = places[source];
  const url = urlOf(value);
  if (url.includes("://")) return hostOf(url, source, namedBy, machine);
  if (value === defaultContext || value === "local") return { ...defaultHost(machine), source };
  const context = await contextHost(machine, value);
  if (context) return { ...checked(context, `the docker context "${value}"`), source };
  // Neither a URL nor a context: the message says how a URL is written.
  return hostOf(value, source, namedBy, machine);
}

async function knownContext(name: string, namedBy: string, machine: Machine): Promise<Host> {
  const host = await contextHost(machine, name);
  if (host) return host;
  const { hosts } = await listContexts(machine);
  const names = hosts.map((each) => each.name);
  throw new EngineFailure({
    cause: "request",
    what: `${namedBy} names the docker context "${name}", and there is none of that name`,
    next:
      names.length > 0
        ? `Choose one of: ${names.join(", ")}, ${defaultContext}`
        : `Choose another one with docker context use ${defaultContext}`,
  });
}

async function hostOf(url: HostUrl, source: HostSource, namedBy: string, machine: Machine): Promise<Host> {
  const name = nameOf(url, namedBy);
  const tls =
    url.startsWith("tcp://") || url.startsWith("https://") ? await environmentTls(machine) : undefined;
  const required = url.startsWith("https://") ? {} : undefined;
  return { url, name, source, ...(tls || required ? { tls: tls ?? required! } : {}) };
}

/** A socket's path and an address with a port, as the docker command takes them. */
function urlOf(value: string): HostUrl {
  if (value.startsWith("/")) return `unix://${value}`;
  return /^[\w.-]+:\d+$/.test(value) ? `tcp://${value}` : value;
}

function checked(host: Host, namedBy: string): Host {
  parseHostUrl(host.url, namedBy);
  return host;
}

function nameOf(url: HostUrl, namedBy: string): string {
  const endpoint = parseHostUrl(url, namedBy);
  switch (endpoint.kind) {
    case "socket":
      return "local";
    case "tcp":
      return destinationName({ user: undefined, host: endpoint.hostname, port: endpoint.port });
    case "ssh":
      return destinationName(endpoint.destination);
  }
}

/** TLS as the docker command reads it from the environment; undefined where it does not ask for any. */
async function environmentTls(machine: Machine): Promise<HostTls | undefined> {
  const { DOCKER_TLS_VERIFY: verify, DOCKER_TLS: unverified, DOCKER_CERT_PATH: path } = machine.env;
  if (!verify && !unverified) return undefined;
  const folder = path || dockerConfigFolder(machine);
  const tls = await readTls(folder);
  if (path && !tls)
    throw new EngineFailure({
      cause: "request",
      what: `DOCKER_CERT_PATH is "${path}": there is none of ca.pem, cert.pem and key.pem`,
      next: "Name the folder that holds them",
    });
  return { ...tls, ...(verify ? {} : { skipVerify: true }) };
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
