import { build } from "../build/build.ts";
import type { BuildFailure, BuildResult } from "../build/build-event.ts";
import { checkPush } from "../build/check-push.ts";
import { textOfDockerfile } from "../build/dockerfile-text.ts";
import type { Connection } from "../connection/connection.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";
import { type ProbeOptions, probePush } from "../registry/probe-push.ts";
import { remoteDigest } from "../registry/remote-digest.ts";
import { buildRoom } from "./build-room.ts";
import { changedParts, fingerprintLabel, fingerprintText, readFingerprint } from "./fingerprint.ts";
import { type HostImages, hostImages, isPushed } from "./host-images.ts";
import { imagesAround } from "./image-inputs.ts";
import { fingerprintOf, inputFailure } from "./image-judge.ts";
import { imageLabels } from "./image-labels.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "./lab-build-event.ts";
import type { LabImageBuild } from "./lab-builds.ts";
import { MergedEvents } from "./merged-events.ts";
import type { LabPlan } from "./plan-lab.ts";
import { pushNames } from "./push-names.ts";

/** What the builds of a lab are given besides their plan. The signal ends what is under way; what is not begun is skipped. */
export interface LabBuildOptions extends ProbeOptions {
  /** Pushes what was built, and what is up to date and not known to be in its repository. */
  readonly push?: boolean;
  /** Builds at a time; without it as many as the host has room for ({@link buildRoom}). */
  readonly atOnce?: number;
}

/**
 * Builds the images of a plan that have a reason to be, each when its bases are there, those that do not build on each other
 * side by side. What builds on an image that fails is skipped, all else goes on. Pushes go on beside builds. Leaving the loop
 * early, like aborting the signal, ends the daemon's work.
 *
 * @throws {EngineFailure} where nothing can begin: the host cannot be asked, or a push would be refused (`request`,
 * `registry-auth`, `network`), which is found out before anything is built
 */
export async function* buildLab(
  connection: Connection,
  plan: LabPlan,
  options: LabBuildOptions,
): AsyncGenerator<LabBuildEvent, void> {
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal ? [options.signal] : [])]);
  const run = new LabRun(connection, plan, { ...options, signal });
  try {
    yield* run.events();
  } finally {
    ending.abort();
    await run.close();
  }
}

/** Pushes that no build is ahead of, at once: of a lab that was never pushed that would be all of its images. */
const pushesAtOnce = 4;

class LabRun {
  readonly #connection: Connection;
  readonly #plan: LabPlan;
  readonly #options: LabBuildOptions & { readonly signal: AbortSignal };
  readonly #streams = new MergedEvents<LabBuildEvent>();
  readonly #waiting: Set<PlannedImage>;
  readonly #building = new Set<string>();
  /** At work with a push that no build is ahead of. */
  readonly #pushedAlone = new Set<string>();
  /** On the host as they should be. */
  readonly #there = new Set<string>();
  readonly #outcomes = new Map<string, ImageOutcome>();

  constructor(
    connection: Connection,
    plan: LabPlan,
    options: LabBuildOptions & { readonly signal: AbortSignal },
  ) {
    this.#connection = connection;
    this.#plan = plan;
    this.#options = options;
    this.#waiting = new Set(plan.images);
  }

  async *events(): AsyncGenerator<LabBuildEvent, void> {
    for (const [image, failure] of this.#plan.blocked) yield { kind: "blocked", image, failure };
    const isAlone = this.#plan.images.filter(({ reasons }) => reasons.length > 0).length <= 1;
    const [host, atOnce] = await Promise.all([
      // Only a push asks what is there.
      this.#options.push
        ? hostImages(
            this.#connection,
            this.#plan.images.flatMap(({ name }) => this.#tags(name)),
          )
        : undefined,
      this.#options.atOnce ?? (isAlone ? 1 : buildRoom(this.#connection)),
    ]);
    if (host) await this.#checkPushes(host);
    yield { kind: "planned", images: this.#plan.images };
    for (;;) {
      yield* this.#begin(atOnce, host);
      if (this.#streams.size === 0) break;
      const event = await this.#streams.next();
      if (event) yield event;
    }
    yield { kind: "finished", outcomes: this.#outcomes };
  }

  close(): Promise<void> {
    return this.#streams.close();
  }

  /** One question a registry, before anything is built. */
  async #checkPushes(host: HostImages): Promise<void> {
    const { lab, images } = this.#plan;
    const pushed = images.filter(({ reasons, name }) => reasons.length > 0 || this.#isUnpushed(name, host));
    const tags = pushed.map(({ name }) => this.#tags(name));
    for (const each of tags) checkPush(each, lab.values.registry);
    await probePush(this.#connection, tags.flat(), this.#options);
  }

  /** Begins what can be begun, and ends what never will be. In the plan's order, so that one pass sees to all. */
  *#begin(atOnce: number, host: HostImages | undefined): Generator<LabBuildEvent> {
    for (const image of this.#waiting) {
      const { name, bases, reasons } = image;
      const lost = bases.find((base) => this.#outcomes.has(base) && !this.#there.has(base));
      const isOver = this.#options.signal.aborted || this.#connection.lost.aborted;
      if (lost !== undefined || (isOver && reasons.length > 0)) {
        this.#waiting.delete(image);
        yield this.#finish(name, { kind: "skipped", base: lost });
      } else if (reasons.length === 0) {
        this.#there.add(name);
        const isToPush = host && !isOver && this.#isUnpushed(name, host);
        if (isToPush && this.#pushedAlone.size >= pushesAtOnce) continue;
        this.#waiting.delete(image);
        if (isToPush) {
          this.#pushedAlone.add(name);
          this.#streams.add(this.#pushOnly(name));
        } else yield this.#finish(name, { kind: "current" });
      } else if (this.#building.size < atOnce && bases.every((base) => this.#isThere(base))) {
        this.#waiting.delete(image);
        this.#building.add(name);
        this.#streams.add(this.#buildAndPush(image));
      }
    }
  }

  /** A base that is no part of the plan is not to be built. */
  #isThere(base: string): boolean {
    return this.#there.has(base) || !this.#plan.builds.has(base);
  }

  #finish(image: string, outcome: ImageOutcome): LabBuildEvent {
    this.#outcomes.set(image, outcome);
    return { kind: "image-finished", image, outcome };
  }

  async *#buildAndPush(image: PlannedImage): AsyncGenerator<LabBuildEvent, void> {
    const { name } = image;
    yield { kind: "image-started", image: name };
    const outcome = yield* this.#build(image);
    // As a build it is over; others may begin beside its push.
    this.#building.delete(name);
    if (!this.#options.push || !(await this.#isToPush(image, outcome))) yield this.#finish(name, outcome);
    else yield this.#finish(name, yield* this.#push(name, "result" in outcome ? outcome.result : undefined));
  }

  async #isToPush({ name }: PlannedImage, { kind }: ImageOutcome): Promise<boolean> {
    if (kind !== "current") return kind === "built";
    // It was to be built, and its bases came out as they were.
    return this.#isUnpushed(name, await hostImages(this.#connection, this.#tags(name)));
  }

  async *#pushOnly(name: string): AsyncGenerator<LabBuildEvent, void> {
    yield { kind: "image-started", image: name };
    const outcome = yield* this.#push(name, undefined);
    this.#pushedAlone.delete(name);
    yield this.#finish(name, outcome);
  }

  async *#build(image: PlannedImage): AsyncGenerator<LabBuildEvent, ImageOutcome> {
    const planned = this.#plan.builds.get(image.name)!;
    const { signal, credentials } = this.#options;
    try {
      const request = await this.#labelled(planned, image);
      if (!request) {
        this.#there.add(image.name);
        return { kind: "current" };
      }
      for await (const event of build(this.#connection, request, { credentials, signal })) {
        if (event.kind !== "finished") {
          yield { kind: "build", image: image.name, event };
          continue;
        }
        const { outcome } = event;
        // Ahead of the event: who builds on it is begun with that.
        if (outcome.ok) this.#there.add(image.name);
        this.#building.delete(image.name);
        yield { kind: "build", image: image.name, event };
        return outcome.ok
          ? { kind: "built", result: outcome, digests: [] }
          : { kind: "build-failed", failure: outcome };
      }
      throw new Error("the build has no outcome");
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      return { kind: "build-failed", failure: notBegun(error.details) };
    }
  }

  /** The request with the image's labels; undefined where its bases have come out as they were and nothing else has changed. */
  async #labelled(
    planned: LabImageBuild,
    { reasons }: PlannedImage,
  ): Promise<LabImageBuild["request"] | undefined> {
    const { digests, lab, writesLabels } = this.#plan;
    if (!writesLabels) return planned.request;
    const { credentials, signal } = this.#options;
    // As it is now, which is what is built: its bases may have taken an hour.
    const build = { ...planned, text: await textOfDockerfile(planned.request) };
    const host = await hostImages(this.#connection, imagesAround(build));
    try {
      const now = await fingerprintOf(build, digests, host, signal);
      const [name] = build.request.tags;
      const before = readFingerprint(name && host.find(name)?.labels[fingerprintLabel]);
      const isBaseAlone = reasons.every((reason) => reason === "base");
      if (isBaseAlone && before?.image === now.image && changedParts(before, now).length === 0)
        return undefined;
      const labels = await imageLabels(build, lab, host, fingerprintText(now), (reference) =>
        remoteDigest(this.#connection, reference, credentials, signal),
      );
      return { ...build.request, labels };
    } catch (error) {
      throw new EngineFailure(inputFailure(build, error), { cause: error });
    }
  }

  async *#push(image: string, result: BuildResult | undefined): AsyncGenerator<LabBuildEvent, ImageOutcome> {
    const { digests, failure } = yield* pushNames(this.#connection, image, this.#tags(image), this.#options);
    if (failure) return { kind: "push-failed", result, failure };
    return result ? { kind: "built", result, digests } : { kind: "pushed", digests };
  }

  /** The names that an image of the plan is pushed under. */
  #tags(image: string): readonly string[] {
    return this.#plan.builds.get(image)!.request.tags;
  }

  /** Whether the host has an image that is not known to be in each of its repositories. What is there is not sent again. */
  #isUnpushed(name: string, host: HostImages): boolean {
    const tags = this.#tags(name);
    const image = tags[0] === undefined ? undefined : host.find(tags[0]);
    return image !== undefined && !isPushed(image, tags);
  }
}

/** A build that failed before the daemon had begun it. */
function notBegun(details: FailureDetails): BuildFailure {
  const nowhere = { steps: [], lines: undefined, step: undefined, exitCode: undefined, output: [] };
  return { ok: false, ...details, ...nowhere, duration: 0 };
}
