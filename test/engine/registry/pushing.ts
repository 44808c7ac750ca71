import { randomBytes } from "node:crypto";
import type { CredentialStore, RegistryCredentials } from "../../../engine/registry/credentials.ts";
import type { PushEvent, PushOutcome } from "../../../engine/registry/push-event.ts";
import { dockerClient } from "../../bed/docker-api.mjs";
import { makeTar } from "../../bed/docker-tar.mjs";
import { daemonSocket } from "../daemon.ts";

/** The credentials of one registry; others get none. */
export function only(registry: string, username: string, password: string): CredentialStore {
  const known: RegistryCredentials = { kind: "password", username, password };
  return { get: async (asked) => (asked === registry ? known : undefined) };
}

/** An image of one layer that no other image shares. */
export async function makeImage(
  reference: string,
  bytes = 1_000,
  socket: string = daemonSocket ?? "",
): Promise<void> {
  await dockerClient(socket).import(makeTar({ "data.bin": randomBytes(bytes) }), reference);
}

/** All events of a push, with its outcome. */
export async function pushed(
  events: AsyncIterable<PushEvent>,
): Promise<{ events: PushEvent[]; outcome: PushOutcome }> {
  const seen: PushEvent[] = [];
  for await (const event of events) seen.push(event);
  const last = seen.at(-1);
  if (last?.kind !== "finished") throw new Error(`the push ended with ${JSON.stringify(last)}`);
  return { events: seen, outcome: last.outcome };
}

/** Each state that a layer went through, in order. */
export function layerStates(events: readonly PushEvent[]): string[] {
  const states = events.flatMap((event) => (event.kind === "layer" ? [event.state] : []));
  return states.filter((state, i) => state !== states[i - 1]);
}
