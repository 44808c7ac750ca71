import type { Lab } from "../../core/lab/lab.ts";
import type { Connection } from "../connection/connection.ts";
import type { FailureDetails } from "../failure.ts";
import type { ListedImage } from "../images/list-images.ts";
import { FileDigests, lookCancelled } from "./file-digests.ts";
import { hostImages, isPushed, pushedDigest } from "./host-images.ts";
import { imagesAround } from "./image-inputs.ts";
import { ImageJudge } from "./image-judge.ts";
import type { BuildReason } from "./lab-build-event.ts";
import { type BlockedImage, LabBuilds, type LabImageBuild, type UnsavedTexts } from "./lab-builds.ts";

/** How the lab's images are looked at. */
export interface LabLook {
  /** What an editor has not saved counts as it is there; the lab has to be read with the same texts. */
  readonly unsaved?: UnsavedTexts;
  /** Kept between looks, it saves reading large files again. */
  readonly digests?: FileDigests;
  readonly signal?: AbortSignal;
}

/** An image of a lab, and how it stands on a host. */
export interface ImageState {
  /** Its name in the lab. */
  readonly name: string;
  /** The reference that the lab gives it. */
  readonly reference: string;
  /** Absolute path of its Dockerfile; undefined where its folder holds none. */
  readonly dockerfile: string | undefined;
  /** The images of the lab that it builds on. */
  readonly bases: readonly string[];
  /** `stale`: it was built, and what it was built of has changed. `blocked`: it cannot be built. */
  readonly state: "not-built" | "current" | "stale" | "blocked";
  /** Of one that is stale. */
  readonly reasons: readonly BuildReason[];
  /** Of one that is blocked. */
  readonly failure: FailureDetails | undefined;
  /** What the host has under its reference, whatever the state. */
  readonly image: ListedImage | undefined;
  /**
   * The digest that its repository has it under: `sha256:…`. Undefined where it is not known to have been pushed or pulled,
   * under each of its names.
   */
  readonly pushed: string | undefined;
}

/**
 * How a lab's images stand on a host, each behind its bases, those that cannot be built last. The host is asked once; of
 * build contexts only what the Dockerfiles copy is read, and that only for images that carry a fingerprint.
 *
 * @throws {EngineFailure} where the host cannot be asked
 */
export async function imageStates(
  lab: Lab,
  connection: Connection,
  { unsaved, digests = new FileDigests(), signal }: LabLook = {},
): Promise<readonly ImageState[]> {
  const builds = new LabBuilds(lab, unsaved);
  const all = await Promise.all(builds.order.map((name) => builds.build(name)));
  const judge = new ImageJudge(await hostImages(connection, all.flatMap(imagesAround)), digests, signal);
  const states: ImageState[] = [];
  for (const build of all) {
    if (signal?.aborted) throw lookCancelled();
    const { name } = build;
    const { reference, dockerfile, bases } = builds.image(name);
    const { failure, reasons, image } = await judge.judge(build);
    const state = failure ? "blocked" : !image ? "not-built" : reasons.length > 0 ? "stale" : "current";
    states.push({
      ...{ name, reference, dockerfile, bases, state, failure, image },
      reasons: state === "stale" ? reasons : [],
      pushed: image && isPushed(image, tagsOf(build)) ? pushedDigest(image, reference) : undefined,
    });
  }
  return states;
}

function tagsOf(build: LabImageBuild | BlockedImage): readonly string[] {
  return "failure" in build ? [build.reference] : build.request.tags;
}
