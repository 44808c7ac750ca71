import { build } from "../../../engine/build/build.ts";
import type {
  BuildEvent,
  BuildFailure,
  BuildOutcome,
  BuildResult,
} from "../../../engine/build/build-event.ts";
import type { BuildRequest } from "../../../engine/build/build-request.ts";
import type { Connection } from "../../../engine/connection/connection.ts";
import { type CredentialStore, noCredentials } from "../../../engine/registry/credentials.ts";

/** Everything that a build tells. */
export interface ToldBuild {
  readonly events: readonly BuildEvent[];
  readonly outcome: BuildOutcome;
}

/** Builds, and keeps every event; `seen` is called with each as it comes. */
export async function tellBuild(
  connection: Connection,
  request: BuildRequest,
  options: {
    readonly credentials?: CredentialStore;
    readonly signal?: AbortSignal;
    readonly seen?: (event: BuildEvent) => void;
  } = {},
): Promise<ToldBuild> {
  const events: BuildEvent[] = [];
  const { credentials = noCredentials, signal, seen } = options;
  for await (const event of build(connection, request, { credentials, ...(signal ? { signal } : {}) })) {
    events.push(event);
    seen?.(event);
  }
  const last = events.at(-1);
  if (last?.kind !== "finished") throw new Error(`the last event is ${last?.kind}`);
  return { events, outcome: last.outcome };
}

/** The failure of a build that should fail. */
export function failureIn({ outcome }: ToldBuild): BuildFailure {
  if (outcome.ok) throw new Error("the build did not fail");
  return outcome;
}

/** The result of a build that should not fail. */
export function resultIn({ outcome }: ToldBuild): BuildResult {
  if (!outcome.ok) throw new Error(`${outcome.what}: ${outcome.said}\n${outcome.output.join("\n")}`);
  return outcome;
}

/** All that the build's commands printed, in order. */
export function outputIn({ events }: ToldBuild, stream?: "stdout" | "stderr"): string {
  const wanted = (event: BuildEvent) => event.kind === "output" && (!stream || event.stream === stream);
  return events.map((event) => (wanted(event) && "text" in event ? event.text : "")).join("");
}
