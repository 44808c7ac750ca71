import type { Host } from "../../engine/connection/host.ts";
import type { KnownHostList } from "./known-host-list.ts";
import { pickHost } from "./pick-host.ts";

/** What the items of the Hosts view hand to commands. */
export interface HostSubject {
  readonly host: Host;
}

/**
 * The host that a command is about: that of a view's item, the one that a keybinding names (a URL or a docker context's
 * name), or one that the user picks; undefined when dismissed.
 *
 * @throws {EngineFailure} of cause `request` for a text that names no host
 */
export async function hostOfSubject(
  subject: unknown,
  list: KnownHostList,
  placeHolder: string,
  isOffered?: (host: Host) => boolean,
): Promise<Host | undefined> {
  if (isHostSubject(subject)) return subject.host;
  if (typeof subject !== "string") return pickHost(list, placeHolder, [], isOffered);
  const { namedHost } = await import("../../engine/connection/resolve-host.ts");
  return namedHost(subject, "choice");
}

/** Whether a command was handed an item of the Hosts view, or something of its shape. */
export function isHostSubject(subject: unknown): subject is HostSubject {
  const { host } = (subject ?? {}) as Partial<HostSubject>;
  return typeof host?.url === "string" && typeof host.name === "string";
}
