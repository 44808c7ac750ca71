import type { VariableValues } from "../../core/lab/manifest-variables.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import { checkPush } from "../../engine/build/check-push.ts";
import { labRequest } from "../../engine/build/lab-request.ts";
import type { BuildOptions } from "./build-arguments.ts";
import { findSubject } from "./build-subject.ts";

/** What is built, from the options and the lab. */
export interface BuildPlan {
  readonly request: BuildRequest;
  /** What is wrong with the lab's manifest, each a sentence. */
  readonly problems: readonly string[];
}

/**
 * Makes the request of what was asked for and what the lab says.
 *
 * @throws {EngineFailure} of cause `request`
 */
export function planBuild(options: BuildOptions, start: string, variables: VariableValues): BuildPlan {
  const { dockerfile, context, build, lab, problems } = findSubject(
    options.subject,
    options.file,
    start,
    variables,
  );
  const { tags, args, labels, secrets, sshAgents, extraHosts, cacheFrom, pull, noCache } = options;
  const { target, platform, network } = options;
  const request = labRequest(dockerfile, build, {
    ...(context === undefined ? {} : { context }),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(network === undefined ? {} : { network }),
    ...{ tags, args, labels, secrets, sshAgents, extraHosts, cacheFrom, pull, noCache },
  });
  if (options.push) checkPush(request.tags, lab.values.registry);
  return { request, problems };
}
