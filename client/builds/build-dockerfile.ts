import { build } from "../../engine/build/build.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import type { ImageOutcome, LabBuildEvent } from "../../engine/lab/lab-build-event.ts";
import { pushNames } from "../../engine/lab/push-names.ts";
import { probePush } from "../../engine/registry/probe-push.ts";
import { type BuildSurroundings, onHost, type ReachedHost } from "./reach-host.ts";

/** A Dockerfile that is no image of a lab, as a variant beside one is none. */
export interface DockerfileToBuild extends BuildSurroundings {
  /** What its events call it. */
  readonly name: string;
  readonly request: BuildRequest;
}

/**
 * Builds a Dockerfile on its own, and pushes its image where that is asked for, in the events of a lab's build.
 *
 * @throws {EngineFailure} where the build cannot begin
 */
export function buildDockerfile(work: DockerfileToBuild, signal: AbortSignal): AsyncIterable<LabBuildEvent> {
  const { name, request, pushes } = work;
  return onHost(work, signal, async function* (reached) {
    const { dockerfile, tags } = request;
    if (pushes) await probePush(reached.connection, tags, reached.transfer);
    const image = { name, reference: tags[0] ?? name, dockerfile, bases: [], reasons: ["asked"] as const };
    yield { kind: "planned", images: [image] };
    yield { kind: "image-started", image: name };
    const outcome = yield* built(reached, work);
    yield { kind: "image-finished", image: name, outcome };
    yield { kind: "finished", outcomes: new Map([[name, outcome]]) };
  });
}

async function* built(
  { connection, transfer }: ReachedHost,
  { name: image, request, pushes }: DockerfileToBuild,
): AsyncGenerator<LabBuildEvent, ImageOutcome> {
  let outcome: BuildOutcome | undefined;
  for await (const event of build(connection, request, transfer)) {
    yield { kind: "build", image, event };
    if (event.kind === "finished") outcome = event.outcome;
  }
  if (!outcome) throw new Error("the build has no outcome");
  if (!outcome.ok) return { kind: "build-failed", failure: outcome };
  const { digests, failure } = yield* pushNames(connection, image, pushes ? outcome.tags : [], transfer);
  if (failure) return { kind: "push-failed", result: outcome, failure };
  return { kind: "built", result: outcome, digests };
}
