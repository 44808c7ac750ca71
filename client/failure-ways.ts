import type { FailureCause, FailureDetails } from "../engine/failure.ts";

/** What helps where something fails: a command's id, to try again, or to go to the line at fault; undefined for nothing. */
export type Way =
  | "labImages.host.select"
  | "labImages.host.doctor"
  | "labImages.registry.logIn"
  | "labImages.registry.startLocal"
  | "labImages.host.prune"
  | "retry"
  | "line"
  | undefined;

/** The one way out of a failure. */
export function wayOut({ cause, registry }: FailureDetails): Way {
  return cause === "network" && registry !== undefined ? "labImages.registry.startLocal" : ways[cause];
}

/** By cause. */
export const ways: Readonly<Record<FailureCause, Way>> = {
  "no-daemon": "labImages.host.select",
  permission: "labImages.host.doctor",
  "ssh-unreachable": "labImages.host.doctor",
  "ssh-host-key": "labImages.host.doctor",
  "ssh-auth": "labImages.host.doctor",
  "ssh-forwarding": "labImages.host.doctor",
  "connection-lost": "retry",
  "registry-auth": "labImages.registry.logIn",
  registry: "retry",
  network: "retry",
  "disk-full": "labImages.host.prune",
  dockerfile: "line",
  request: undefined,
  cancelled: undefined,
  fault: "retry",
};
