import type { Lab } from "../../core/lab/lab.ts";
import type { VariableValues } from "../../core/lab/manifest-variables.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import { type AskedOfBuild, labRequest } from "../../engine/build/lab-request.ts";
import type { Connection } from "../../engine/connection/connection.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { type LabPlan, planFile, planLab } from "../../engine/lab/plan-lab.ts";
import { userDigests } from "../../engine/lab/user-digests.ts";
import { labAt } from "../lab-here.ts";
import { LabReader } from "../lab-of.ts";
import { lostTexts } from "../lost-builds.ts";
import { shownPath } from "../shown-path.ts";
import type { BuildOptions } from "./build-arguments.ts";
import { type BuildSubject, findSubject } from "./build-subject.ts";

/** What is to be built, before a host is asked what of it is stale. */
export interface AskedBuild {
  readonly lab: Lab;
  /** Images of the lab, or a Dockerfile that is none of it. */
  readonly what:
    | { readonly kind: "images"; readonly names: readonly string[] | "all" }
    | { readonly kind: "file"; readonly name: string; readonly request: BuildRequest };
  /** What is wrong with the lab's manifest, and what its build script does and this build does not: each a sentence. */
  readonly problems: readonly string[];
}

/**
 * Finds what was asked for in the lab around `start`.
 *
 * @throws {EngineFailure} of cause `request`
 */
export function findAsked(options: BuildOptions, start: string, variables: VariableValues): AskedBuild {
  const { subjects, all, file } = options;
  if (subjects.length === 0) return wholeLab(all, start, variables);
  const found = subjects.map((named) => findSubject(named, file, start, variables));
  const [first] = found;
  if (!first) throw new Error("nothing is asked for");
  const { lab } = first;
  // Whoever names the image has another build in mind than the lab's.
  const lost = options.tags.length > 0 ? [] : found.flatMap(({ build }) => build.lost);
  const problems = [...first.problems, ...lostTexts(lab, lost)];
  if (found.length === 1 && !isOfLab(first, file)) {
    const { dockerfile, context, build } = first;
    const asked = { ...askedOf(options), ...(context === undefined ? {} : { context }) };
    const request = labRequest(dockerfile, build, asked);
    const isPlain = build.name !== undefined && lab.dockerfileOfImage(build.name) === dockerfile;
    const name = isPlain && file === undefined ? build.name : shownPath(dockerfile, start);
    return { lab, what: { kind: "file", name, request }, problems };
  }
  const names = found.map((subject, index) => {
    const named = subjects[index] ?? "";
    if (subject.lab.root !== lab.root)
      throw several(named, `${named} is in the lab at ${subject.lab.root}, and ${subjects[0]} is not`);
    if (subject.build.name === undefined || !isOfLab(subject, file))
      throw several(named, `${named} is no image of a lab`);
    return subject.build.name;
  });
  return { lab, what: { kind: "images", names }, problems };
}

/** Asks a host what of it is stale. @throws {EngineFailure} */
export function planAsked(
  { lab, what }: AskedBuild,
  options: BuildOptions,
  connection: Connection,
  signal: AbortSignal,
): Promise<LabPlan> {
  const digests = userDigests();
  if (what.kind === "file") return planFile(lab, what.name, what.request, { digests });
  const force = options.force || options.noCache;
  return planLab(lab, connection, what.names, { force, asked: askedOf(options), digests, signal });
}

function wholeLab(all: boolean, start: string, variables: VariableValues): AskedBuild {
  const labs = new LabReader(start, variables);
  const lab = labAt(start, labs);
  if (lab && all) {
    const problems = [...labs.problemsBeside([]), ...lostTexts(lab, lab.lost)];
    return { lab, what: { kind: "images", names: "all" }, problems };
  }
  const names = lab?.imageNames ?? [];
  throw new EngineFailure({
    cause: "request",
    what: lab ? "it is not said what to build" : `there is no image in ${start}`,
    next: lab
      ? `Name images (${[...names].sort().join(", ")}), or build every one that is stale with --all`
      : "Name a folder that holds a Dockerfile, or a Dockerfile",
  });
}

/** Whether it is an image whose lab says more of it than its folder's name: outside of one each build is asked for. */
function isOfLab({ lab, build: { name }, dockerfile }: BuildSubject, file: string | undefined): boolean {
  const isImage = name !== undefined && file === undefined && lab.dockerfileOfImage(name) === dockerfile;
  return isImage && (lab.manifest !== undefined || lab.hasScript);
}

function askedOf(options: BuildOptions): AskedOfBuild {
  const { tags, args, labels, namedContexts, secrets, sshAgents, extraHosts, cacheFrom, pull, noCache } =
    options;
  const { target, platform, network } = options;
  return {
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(network === undefined ? {} : { network }),
    ...{ tags, args, labels, namedContexts, secrets, sshAgents, extraHosts, cacheFrom, pull, noCache },
  };
}

function several(named: string, what: string): EngineFailure {
  return new EngineFailure({ cause: "request", what, next: `Build ${named} with a command of its own` });
}
