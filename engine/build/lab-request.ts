import { nameFault } from "../../core/image/name-fault.ts";
import type { LabBuild } from "../../core/lab/lab-build.ts";
import { unsetVariable, variablesIn } from "../../core/lab/manifest-variables.ts";
import { EngineFailure } from "../failure.ts";
import type { BuildRequest } from "./build-request.ts";
import { contextName } from "./named-contexts.ts";

/** What the user asked for; it wins over what the lab says. */
export type AskedOfBuild = Partial<Omit<BuildRequest, "dockerfile">>;

/**
 * The request for a build of the Dockerfile at `dockerfile` (absolute). Tags that are asked for replace the lab's; single
 * build arguments and named contexts replace single ones.
 *
 * @throws {EngineFailure} of cause `request` where the image's name cannot be one, or needs the user's
 */
export function labRequest(dockerfile: string, lab: LabBuild, asked: AskedOfBuild): BuildRequest {
  const tags = asked.tags?.length ? asked.tags : lab.tag === undefined ? [] : [lab.tag];
  checkVariables(lab, asked);
  for (const tag of tags) checkTag(tag);
  // Whether there are labels is no setting of the builder's.
  const { labels: _, ...settings } = lab.settings;
  return {
    ...settings,
    ...asked,
    context: asked.context ?? lab.context,
    dockerfile,
    tags,
    args: new Map([...known(lab.args), ...(asked.args ?? [])]),
    namedContexts: namedContexts(lab, asked),
  };
}

function namedContexts({ bases }: LabBuild, asked: AskedOfBuild): Map<string, string> {
  const images = [...bases].map(([name, reference]): [string, string] => [
    name,
    `docker-image://${reference}`,
  ]);
  const all = [...images, ...(asked.namedContexts ?? [])];
  return new Map(all.map(([name, value]) => [contextName(name), value]));
}

/** Variables that nobody has set, where nothing else is given instead of what needs them. */
function checkVariables({ name, tag = "", unfinished }: LabBuild, asked: AskedOfBuild): void {
  if (!asked.tags?.length)
    for (const variable of variablesIn(tag))
      throw notSet(variable, `the image's name ${tag}`, "the image another name");
  for (const [argument, text] of unfinished)
    if (!asked.args?.has(argument))
      for (const variable of variablesIn(text))
        throw notSet(
          variable,
          `the build argument ${argument}${name === undefined ? "" : ` of ${name}`}, ${text},`,
          "the argument another value",
        );
}

function notSet(variable: string, holder: string, instead: string): EngineFailure {
  const { what, next } = unsetVariable(variable);
  return new EngineFailure({
    cause: "request",
    what: `${holder} ${what}`,
    next: `${next}, or give ${instead}`,
  });
}

function checkTag(tag: string): void {
  const fault = nameFault(tag, undefined, false);
  if (fault) throw new EngineFailure({ cause: "request", what: fault.message.replace(/\.$/, "") });
}

function known(args: LabBuild["args"]): [string, string][] {
  return [...args].flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}
