import { currentContext, listContexts } from "./docker-context.ts";
import type { Host } from "./host.ts";
import { endpointKey, parseHostUrl } from "./host-url.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { defaultHost, type NamedHosts, resolveHost } from "./resolve-host.ts";
import { sshHostNames } from "./ssh/ssh-host-names.ts";

/** A host that the user can choose. */
export interface KnownHost {
  readonly host: Host;
  /** Whether it is the one that is worked on where none is named for a command. */
  readonly current: boolean;
  /** Where it is known from, as the end of a sentence. */
  readonly why: string;
}

/** What the user can choose from. */
export interface KnownHosts {
  /** The current one first, then this machine, docker contexts, the names of the ssh configuration. */
  readonly hosts: readonly KnownHost[];
  /** What could not be read, each a sentence. */
  readonly problems: readonly string[];
}

/** The hosts that the user's own configuration names. Only reads files; nothing is connected to. */
export async function listHosts(
  named: NamedHosts = {},
  machine: Machine = thisMachine(),
): Promise<KnownHosts> {
  const problems: string[] = [];
  const tell = (error: unknown): undefined => {
    problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  };
  const current = await resolveHost(named, machine).catch(tell);
  const contexts = await listContexts(machine);
  problems.push(...contexts.problems);
  const namesOfSsh: Host[] = sshHostNames(machine).map((name) => ({
    url: `ssh://${name}`,
    name,
    source: "ssh-config",
  }));
  const found = new Map<string, KnownHost>();
  for (const host of [
    ...(current ? [current] : []),
    defaultHost(machine),
    ...contexts.hosts,
    ...namesOfSsh,
  ]) {
    try {
      const key = endpointKey(parseHostUrl(host.url, host.name));
      if (!found.has(key))
        found.set(key, { host, current: host === current, why: await whyKnown(host, machine) });
    } catch (error) {
      // ssh takes names that no URL can hold.
      if (host.source !== "ssh-config") tell(error);
    }
  }
  return { hosts: [...found.values()], problems: [...new Set(problems)] };
}

/** Why a host is known, or is the one that is worked on: `named by DOCKER_HOST`. */
export async function whyKnown(host: Host, machine: Machine = thisMachine()): Promise<string> {
  switch (host.source) {
    case "option":
      return "named by --host";
    case "setting":
      return "named by the setting labImages.host";
    case "manifest":
      return "named by lab-images.json";
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
