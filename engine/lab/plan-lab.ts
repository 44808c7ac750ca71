import type { Lab } from "../../core/lab/lab.ts";
import type { BuildRequest } from "../build/build-request.ts";
import { textOfDockerfile } from "../build/dockerfile-text.ts";
import type { AskedOfBuild } from "../build/lab-request.ts";
import type { Connection } from "../connection/connection.ts";
import type { FailureDetails } from "../failure.ts";
import { FileDigests, lookCancelled } from "./file-digests.ts";
import { hostImages } from "./host-images.ts";
import { imagesAround } from "./image-inputs.ts";
import { ImageJudge } from "./image-judge.ts";
import type { LabLook } from "./image-states.ts";
import type { BuildReason, PlannedImage } from "./lab-build-event.ts";
import { LabBuilds, type LabImageBuild } from "./lab-builds.ts";

/** What is asked of the builds of a lab, besides which images. */
export interface LabPlanOptions extends LabLook {
  /** Builds the asked images also where they are up to date. */
  readonly force?: boolean;
  /**
   * Of the asked images; it wins over what the lab says. `pull` is for all of the plan that builds on no image of the lab,
   * and builds that in any case: an image of the lab is on the host, where its registry may have an older one or none.
   */
  readonly asked?: AskedOfBuild;
}

/** The builds that would bring images of a lab up to date on a host. */
export interface LabPlan {
  readonly lab: Lab;
  /** The asked images and all their bases, each behind its bases; without reasons where one is left as it is. */
  readonly images: readonly PlannedImage[];
  /** Those that were asked for by their names, or as all. */
  readonly asked: ReadonlySet<string>;
  /** How the images of the plan are built, by name. */
  readonly builds: ReadonlyMap<string, LabImageBuild>;
  /** Asked images that cannot be built, and why; they are no part of the plan. */
  readonly blocked: ReadonlyMap<string, FailureDetails>;
  /** Whether images get labels, with the fingerprint that what is stale is told by. */
  readonly writesLabels: boolean;
  readonly digests: FileDigests;
}

/**
 * Finds out what has to be built so that the asked images are up to date on a host: those that are stale or not built, and
 * the stale ones that they build on. Nothing is built.
 *
 * @param names `all` for every image of the lab
 * @throws {EngineFailure} `request` where the lab has no image of a name; where the host cannot be asked
 */
export async function planLab(
  lab: Lab,
  connection: Connection,
  names: readonly string[] | "all",
  { unsaved, digests = new FileDigests(), signal, force = false, asked = {} }: LabPlanOptions = {},
): Promise<LabPlan> {
  const { pull, ...given } = asked;
  const all = new LabBuilds(lab, unsaved);
  const wanted = new Set(names === "all" ? all.order : names);
  const order = all.withBases(wanted);
  const pulled = (name: string) => pull === true && all.image(name).bases.length === 0;
  const candidates = await Promise.all(
    order.map((name) => all.build(name, { ...(wanted.has(name) && given), ...(pulled(name) && { pull }) })),
  );
  const host = await hostImages(connection, candidates.flatMap(imagesAround));
  const judge = new ImageJudge(host, digests, signal);
  const images: PlannedImage[] = [];
  const builds = new Map<string, LabImageBuild>();
  const blocked = new Map<string, FailureDetails>();
  for (const build of candidates) {
    if (signal?.aborted) throw lookCancelled();
    const { name } = build;
    const isAsked = wanted.has(name);
    const judged = await judge.judge(build);
    if (judged.failure || "failure" in build) {
      if (isAsked && judged.failure) blocked.set(name, judged.failure);
      continue;
    }
    const { reasons } = ((pulled(name) || (force && isAsked)) && judge.ask(name)) || judged;
    builds.set(name, build);
    images.push(plannedImage(build, reasons));
  }
  const writesLabels = lab.values.build?.labels !== false;
  return { lab, images, asked: wanted, builds, blocked, writesLabels, digests };
}

/**
 * The plan for a Dockerfile that is no image of its lab, a variant beside one or one with another context, or that no lab
 * says anything of: it is always built.
 *
 * @param name what the build calls it
 * @throws {EngineFailure} `request` where the Dockerfile cannot be read
 */
export async function planFile(
  lab: Lab,
  name: string,
  request: BuildRequest,
  { digests = new FileDigests() }: Pick<LabLook, "digests"> = {},
): Promise<LabPlan> {
  const isLab = lab.manifest !== undefined || lab.hasScript;
  const build = { name, bases: [], text: await textOfDockerfile(request), request, isTriggered: false };
  return {
    lab,
    images: [plannedImage(build, ["asked"])],
    asked: new Set([name]),
    builds: new Map([[name, build]]),
    blocked: new Map(),
    // As docker builds it: what it copies is not read a second time for a fingerprint that nobody asks for.
    writesLabels: isLab && lab.values.build?.labels !== false,
    digests,
  };
}

function plannedImage(
  { name, bases, request: { dockerfile, tags } }: LabImageBuild,
  reasons: readonly BuildReason[],
): PlannedImage {
  return { name, reference: tags[0] ?? name, dockerfile, bases, reasons };
}
