import { readStatus } from "../buildkit/status.ts";
import { type Connection, lossBehind } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { daemonImage, unpackedSize } from "../images/daemon-image.ts";
import { findImage } from "../images/inspect-image.ts";
import type { BuildEvent, BuildOutcome, BuildResult } from "./build-event.ts";
import { brokenOff, failureOf } from "./build-outcome.ts";
import { allTags, type BuildRequest } from "./build-request.ts";
import { BuildSteps } from "./build-steps.ts";
import { ClassicSteps } from "./classic/classic-steps.ts";
import { textOfDockerfile } from "./dockerfile-text.ts";
import { replacedImage } from "./replaced-image.ts";
import { type BuildSurroundings, type StartedBuild, startBuild } from "./start-build.ts";
import { StepLines } from "./step-lines.ts";

/**
 * Builds an image. The events come as fast as they are consumed; the last one is `finished`. Leaving the loop early, like
 * aborting the signal, ends the daemon's work.
 *
 * @throws {EngineFailure} where the build cannot even begin
 */
export async function* build(
  connection: Connection,
  request: BuildRequest,
  surroundings: BuildSurroundings,
): AsyncGenerator<BuildEvent, void> {
  const start = performance.now();
  const lines = new StepLines(await textOfDockerfile(request), request.args);
  const steps = new BuildSteps(lines);
  const [tag] = request.tags;
  // Beside the start, not ahead of it; a daemon that does not answer is the start's to report.
  const before = tag === undefined ? undefined : findImage(connection, tag).catch(() => undefined);
  const started = await startBuild(connection, request, surroundings);
  const duration = () => Math.round(performance.now() - start);

  const end = yield* follow(started, steps);
  yield* steps.end();
  yield { kind: "finished", outcome: await outcome() };

  async function outcome(): Promise<BuildOutcome> {
    const ours = started.failure;
    // With a large Dockerfile BuildKit's own API sends more about a failure than Node lets through, and the connection ends.
    const failed = end.broken?.details.cause === "connection-lost" ? steps.failed?.error : undefined;
    if (failed !== undefined) return failureOf(failed, steps, lines, ours, duration());
    if (end.broken) return brokenOff(end.broken.details, steps, duration());
    if (end.error !== undefined) return failureOf(end.error, steps, lines, ours, duration());
    if (end.image === undefined)
      return failureOf("the daemon named no image", steps, lines, ours, duration());
    try {
      return await resultOf(connection, end.image, request, (await before)?.id, steps, duration);
    } catch (error) {
      return brokenOff((await asFailure(error, connection)).details, steps, duration());
    }
  }
}

/** How the daemon's messages ended. */
interface End {
  image?: string;
  error?: string;
  broken?: EngineFailure;
}

async function* follow(started: StartedBuild, steps: BuildSteps): AsyncGenerator<BuildEvent, End> {
  const end: End = {};
  const classic = new ClassicSteps();
  try {
    for await (const message of started) {
      switch (message.kind) {
        case "status":
          yield* steps.take(readStatus(message.status));
          break;
        case "text":
        case "pull":
          yield* steps.take(classic.take(message));
          break;
        case "image":
          end.image = message.id;
          break;
        case "error":
          end.error = message.message;
          break;
      }
    }
    yield* steps.take(classic.end(end.error));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    end.broken = error;
  }
  return end;
}

async function resultOf(
  connection: Connection,
  image: string,
  request: BuildRequest,
  before: string | undefined,
  steps: BuildSteps,
  duration: () => number,
): Promise<BuildResult> {
  const size = unpackedSize(await daemonImage(connection.docker, image));
  return {
    ok: true,
    image,
    tags: allTags(request),
    size,
    steps: steps.steps,
    duration: duration(),
    replaced: await replacedImage(connection, before, image),
  };
}

async function asFailure(error: unknown, connection: Connection): Promise<EngineFailure> {
  if (error instanceof EngineFailure) return error;
  return (
    (await lossBehind(connection)) ??
    new EngineFailure({
      cause: "fault",
      what: "the image was built, and the daemon does not say anything of it",
      said: error instanceof Error ? error.message : String(error),
    })
  );
}
