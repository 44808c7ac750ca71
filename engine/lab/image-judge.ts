import { allTags } from "../build/build-request.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";
import type { ListedImage } from "../images/list-images.ts";
import type { FileDigests } from "./file-digests.ts";
import { baseId, changedParts, type Fingerprint, fingerprintLabel, readFingerprint } from "./fingerprint.ts";
import type { HostImages } from "./host-images.ts";
import { imageInputs } from "./image-inputs.ts";
import type { BuildReason } from "./lab-build-event.ts";
import type { BlockedImage, LabImageBuild } from "./lab-builds.ts";

/** What is to be done about an image. */
export interface ImageJudgement {
  /** Why it is to be built; empty where it is up to date or cannot be built. */
  readonly reasons: readonly BuildReason[];
  /** Why it cannot be built. */
  readonly failure: FailureDetails | undefined;
  /** What the host has under the first of its names. */
  readonly image: ListedImage | undefined;
}

/** Compares images of a lab with those of a host, bases first: a base that is to be built makes stale what builds on it. */
export class ImageJudge {
  readonly #host: HostImages;
  readonly #digests: FileDigests;
  readonly #signal: AbortSignal | undefined;
  readonly #judged = new Map<string, ImageJudgement>();

  constructor(host: HostImages, digests: FileDigests, signal?: AbortSignal) {
    this.#host = host;
    this.#digests = digests;
    this.#signal = signal;
  }

  /** @throws {EngineFailure} `cancelled` */
  async judge(build: LabImageBuild | BlockedImage): Promise<ImageJudgement> {
    const judgement =
      "failure" in build
        ? { reasons: [], failure: build.failure, image: this.#host.find(build.reference) }
        : await this.#judgeBuild(build);
    this.#judged.set(build.name, judgement);
    return judgement;
  }

  /** Has the image built in any case, and so what builds on it. */
  ask(name: string): ImageJudgement | undefined {
    const judgement = this.#judged.get(name);
    // A base that comes out as it was is no reason in the end.
    if (!judgement || judgement.failure || judgement.reasons.some((reason) => reason !== "base"))
      return judgement;
    const asked: ImageJudgement = { ...judgement, reasons: [...judgement.reasons, "asked"] };
    this.#judged.set(name, asked);
    return asked;
  }

  async #judgeBuild(build: LabImageBuild): Promise<ImageJudgement> {
    const [name] = build.request.tags;
    const image = name === undefined ? undefined : this.#host.find(name);
    const failure = this.#failureOfBases(build);
    if (failure) return { reasons: [], failure, image };
    const isComplete = allTags(build.request).every((tag) => this.#host.find(tag)?.id === image?.id);
    if (!image || !isComplete) return { reasons: ["not-built"], failure: undefined, image };
    const before = readFingerprint(image.labels[fingerprintLabel]);
    // Not this image's own: built by other means, or on one of the lab's. No file has to be read to know that.
    if (before?.image !== build.name) return { reasons: ["unknown"], failure: undefined, image };
    try {
      const now = await fingerprintOf(build, this.#digests, this.#host, this.#signal);
      return { reasons: this.#reasons(build, before, now), failure: undefined, image };
    } catch (error) {
      if (this.#signal?.aborted) throw error;
      return { reasons: [], failure: inputFailure(build, error), image };
    }
  }

  #reasons({ bases }: LabImageBuild, before: Fingerprint, now: Fingerprint): BuildReason[] {
    const reasons = changedParts(before, now);
    const isBaseBuilt = bases.some((base) => (this.#judged.get(base)?.reasons.length ?? 0) > 0);
    if (isBaseBuilt && !reasons.includes("base")) reasons.push("base");
    return reasons;
  }

  /** A base that cannot be built will do where the host has it. */
  #failureOfBases({ name, bases }: LabImageBuild): FailureDetails | undefined {
    for (const base of bases) {
      const { failure, image } = this.#judged.get(base) ?? {};
      if (!failure || image) continue;
      return {
        ...failure,
        what: `${name} builds on ${base}, which cannot be built: ${failure.what}`,
      };
    }
    return undefined;
  }
}

/**
 * What an image would be built of now.
 *
 * @throws {Error} of the file system
 * @throws {EngineFailure} `cancelled`
 */
export async function fingerprintOf(
  build: LabImageBuild,
  digests: FileDigests,
  host: HostImages,
  signal?: AbortSignal,
): Promise<Fingerprint> {
  const { bases, ...inputs } = await imageInputs(build, digests, signal);
  return { image: build.name, ...inputs, bases: bases.map((reference) => baseId(host.find(reference)?.id)) };
}

/** Why what goes into an image cannot be read. */
export function inputFailure({ name, request }: LabImageBuild, error: unknown): FailureDetails {
  if (error instanceof EngineFailure) return error.details;
  return {
    cause: "request",
    what: `the files that ${name} copies from ${request.context} cannot be read`,
    said: error instanceof Error ? error.message : String(error),
    next: "Let them be read, or leave them out with a line in .dockerignore",
  };
}
