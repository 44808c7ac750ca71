import { currentContext, listContexts } from "./docker-context.ts";
import type { Host, HostUrl } from "./host.ts";
import { endpointKey, parseHostUrl } from "./host-url.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { defaultHost, type NamedHosts, namedHost, resolveHost } from "./resolve-host.ts";
import { sshHostNames } from "./ssh/ssh-host-names.ts";

/** Hosts that are offered and never chosen by themselves; each a URL or a docker context's name. */
export interface OfferedHosts {
  /** `hosts` of the lab's manifest: committed text, to be left out where the workspace is not trusted. */
  readonly manifest?: readonly string[];
  /** The user's own list, `labImages.hosts`. */
  readonly "hosts-setting"?: readonly string[];
}

/** A host that the user can choose. */
export interface KnownHost {
  readonly host: Host;
  /** Whether it is the one that is worked on where none is named for a command. */
  readonly current: boolean;
  /** Where it is known from, as the end of a sentence. */
  readonly why: string;
  /** The same host as the list that it is from has it, whether it is the current one or not. */
  readonly listed: Host;
}

/** What the user can choose from. */
export interface KnownHosts {
  /**
   * The current one first, then this machine, those of the manifest, of the setting, docker contexts, the names of the ssh
   * configuration, and the one that the settings say where another one is chosen. Each daemon's address is there once.
   */
  readonly hosts: readonly KnownHost[];
  /** What could not be read, each a sentence. */
  readonly problems: readonly string[];
}

/** The hosts that the user's own configuration names, and those that are offered. Only reads files; nothing is connected to. */
export async function listHosts(
  named: NamedHosts = {},
  offered: OfferedHosts = {},
  machine: Machine = thisMachine(),
): Promise<KnownHosts> {
  const problems: string[] = [];
  const tell = (error: unknown): undefined => {
    problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  };
  const current = await resolveHost(named, machine).catch(tell);
  const bySettings = named.choice
    ? await resolveHost({ ...named, choice: undefined }, machine).catch(tell)
    : undefined;
  const contexts = await listContexts(machine);
  problems.push(...contexts.problems);
  const found = new Map<string, KnownHost>();
  for (const host of [
    current,
    defaultHost(machine),
    ...(await offeredHosts(offered, machine, tell)),
    ...contexts.hosts,
    ...hostsOfSsh(machine),
    bySettings,
  ]) {
    if (!host) continue;
    try {
      const key = endpointKey(parseHostUrl(host.url, host.name));
      const before = found.get(key);
      // Only the current one comes before its list.
      if (before?.current && before.listed === before.host) found.set(key, { ...before, listed: host });
      if (!before)
        found.set(key, {
          host,
          current: host === current,
          why: await whyKnown(host, machine),
          listed: host,
        });
    } catch (error) {
      // ssh takes names that no URL can hold.
      if (host.source !== "ssh-config") tell(error);
    }
  }
  return { hosts: [...found.values()], problems: [...new Set(problems)] };
}

/** What names a host for good: a docker context by its name, since it may get another address, and has certificates. */
export function lastingName({ url, context }: Host): HostUrl {
  return context ?? url;
}

/** Those of a list of URLs and docker contexts' names that name the daemon of a host, as they are written. */
export async function namesOf(
  host: Host,
  names: readonly string[],
  machine: Machine = thisMachine(),
): Promise<readonly string[]> {
  const keyOf = ({ url, name }: Host) => endpointKey(parseHostUrl(url, name));
  const own = keyOf(host);
  const keys = await Promise.all(
    names.map((name) => namedHost(name.trim(), "hosts-setting", machine).then(keyOf, () => undefined)),
  );
  return names.filter((_, index) => keys[index] === own);
}

/** Why a host is known, or is the one that is worked on: `named by DOCKER_HOST`. */
export async function whyKnown(host: Host, machine: Machine = thisMachine()): Promise<string> {
  switch (host.source) {
    case "option":
      return "named by --host";
    case "choice":
      return "chosen for this workspace";
    case "setting":
      return "named by the setting labImages.host";
    case "hosts-setting":
      return "one of the setting labImages.hosts";
    case "manifest":
      return "a host of lab-images.json";
    case "DOCKER_HOST":
      return "named by DOCKER_HOST";
    case "docker-context": {
      const chosen = await currentContext(machine).catch(() => undefined);
      return chosen?.name === host.name
        ? `the current docker context (${chosen.namedBy})`
        : "a docker context";
    }
    case "ssh-config":
      return `a host of ${machine.sshConfigFile}`;
    case "default":
      return "the default socket of this machine";
  }
}

async function offeredHosts(
  offered: OfferedHosts,
  machine: Machine,
  tell: (error: unknown) => undefined,
): Promise<readonly (Host | undefined)[]> {
  const named = (["manifest", "hosts-setting"] as const).flatMap((source) =>
    (offered[source] ?? []).map((value) => namedHost(value.trim(), source, machine).catch(tell)),
  );
  return Promise.all(named);
}

function hostsOfSsh(machine: Machine): readonly Host[] {
  return sshHostNames(machine).map((name) => ({ url: `ssh://${name}`, name, source: "ssh-config" }));
}
