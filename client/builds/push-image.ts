import { EngineFailure } from "../../engine/failure.ts";
import { findImage } from "../../engine/images/inspect-image.ts";
import type { ImageOutcome, LabBuildEvent } from "../../engine/lab/lab-build-event.ts";
import { pushNames } from "../../engine/lab/push-names.ts";
import { probePush } from "../../engine/registry/probe-push.ts";
import { type BuildSurroundings, onHost } from "./reach-host.ts";

/** An image that is pushed as it is on the host. */
export interface ImageToPush extends BuildSurroundings {
  /** What its events call it. */
  readonly name: string;
  /** Absolute path. */
  readonly dockerfile: string;
  /** The names that it is pushed under, one at least. */
  readonly tags: readonly string[];
}

/**
 * Pushes an image that is on a host, in the events of a lab's build.
 *
 * @throws {EngineFailure} where the host has no such image, or the push cannot begin
 */
export function pushImage(work: ImageToPush, signal: AbortSignal): AsyncIterable<LabBuildEvent> {
  const { name, dockerfile, tags, host } = work;
  const [reference = name] = tags;
  return onHost(work, signal, async function* ({ connection, transfer }) {
    if (!(await findImage(connection, reference)))
      throw new EngineFailure({
        cause: "request",
        what: `${reference} is not on ${host.name}`,
        next: "Build it there first",
      });
    await probePush(connection, tags, transfer);
    yield { kind: "planned", images: [{ name, reference, dockerfile, bases: [], reasons: [] }] };
    yield { kind: "image-started", image: name };
    const { digests, failure } = yield* pushNames(connection, name, tags, transfer);
    const outcome: ImageOutcome = failure
      ? { kind: "push-failed", result: undefined, failure }
      : { kind: "pushed", digests };
    yield { kind: "image-finished", image: name, outcome };
    yield { kind: "finished", outcomes: new Map([[name, outcome]]) };
  });
}
