import type { Lab } from "../../core/lab/lab.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import type { AskedOfBuild } from "../../engine/build/lab-request.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { buildLab } from "../../engine/lab/build-lab.ts";
import type { LabBuildEvent } from "../../engine/lab/lab-build-event.ts";
import { planFile, planLab } from "../../engine/lab/plan-lab.ts";
import { userDigests } from "../../engine/lab/user-digests.ts";
import { type BuildSurroundings, onHost } from "./reach-host.ts";

/** Which images of a lab are built, and how. */
export interface ImagesToBuild extends BuildSurroundings {
  readonly lab: Lab;
  readonly names: readonly string[] | "all";
  /** Builds the named images also where they are up to date. */
  readonly force: boolean;
  /** Texts of editors that are not saved, by their paths. */
  readonly unsaved: ReadonlyMap<string, string>;
  readonly asked: AskedOfBuild;
}

/**
 * Builds images of a lab and the stale ones that they build on, in their order.
 *
 * @throws {EngineFailure} where a named image cannot be built, or the build cannot begin
 */
export function buildImages(work: ImagesToBuild, signal: AbortSignal): AsyncIterable<LabBuildEvent> {
  const { lab, names, force, unsaved, asked, pushes } = work;
  return onHost(work, signal, async function* ({ connection, transfer }) {
    const digests = userDigests();
    const plan = await planLab(lab, connection, names, { unsaved, digests, signal, force, asked });
    const [blocked] = plan.blocked.values();
    // Of all images, those that can be built are; the others are told of.
    if (blocked && (names !== "all" || plan.images.length === 0)) throw new EngineFailure(blocked);
    yield* buildLab(connection, plan, { ...transfer, push: pushes });
  });
}

/** A Dockerfile that is no image of its lab, as a variant beside one is none. */
export interface FileToBuild extends BuildSurroundings {
  readonly lab: Lab;
  /** What its events call it. */
  readonly name: string;
  readonly request: BuildRequest;
}

/**
 * Builds a Dockerfile on its own, in the events of a lab's build.
 *
 * @throws {EngineFailure} where it cannot be read, or the build cannot begin
 */
export function buildFile(work: FileToBuild, signal: AbortSignal): AsyncIterable<LabBuildEvent> {
  const { lab, name, request, pushes } = work;
  return onHost(work, signal, async function* ({ connection, transfer }) {
    const plan = await planFile(lab, name, request, { digests: userDigests() });
    yield* buildLab(connection, plan, { ...transfer, push: pushes });
  });
}
