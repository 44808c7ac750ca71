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
 * @throws {EngineFailure} of cause `request` where the image's name cannot be one, or needs the user's; where the value of
 * a build argument is not known
 */
export function labRequest(dockerfile: string, lab: LabBuild, asked: AskedOfBuild): BuildRequest {
  const names = asked.tags?.length ? { tags: asked.tags } : labTags(lab);
  for (const tag of names.tags) checkTag(tag);
  checkArguments(lab, asked);
  // Whether there are labels is no setting of the builder's.
  const { labels: _, ...settings } = lab.settings;
  return {
    ...settings,
    ...asked,
    context: asked.context ?? lab.context,
    dockerfile,
    ...names,
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

/**
 * The names that the lab's build gives an image; those without a registry, where another has one, are for its host alone.
 *
 * @throws {EngineFailure} of cause `request` where one cannot be a name, or needs the user's
 */
export function labTags({ tag, otherTags }: LabBuild): Pick<BuildRequest, "tags" | "localTags"> {
  if (tag === undefined) return { tags: [] };
  const all = [tag, ...otherTags];
  for (const each of all) {
    for (const variable of variablesIn(each))
      throw notSet(variable, `the image's name ${each}`, "the image another name");
    checkTag(each);
  }
  const pushed = all.filter((each) => each.includes("/"));
  if (pushed.length === 0 || pushed.length === all.length) return { tags: all };
  return { tags: pushed, localTags: all.filter((each) => !each.includes("/")) };
}

/** Variables that nobody has set, and values that the lab's files leave open, where no other value is given. */
function checkArguments({ name, args, unfinished }: LabBuild, asked: AskedOfBuild): void {
  const ofImage = name === undefined ? "" : ` of ${name}`;
  for (const [argument, text] of unfinished)
    if (!asked.args?.has(argument))
      for (const variable of variablesIn(text))
        throw notSet(
          variable,
          `the build argument ${argument}${ofImage}, ${text},`,
          "the argument another value",
        );
  for (const [argument, value] of args)
    if (value === null && !asked.args?.has(argument))
      throw new EngineFailure({
        cause: "request",
        what: `the value of the build argument ${argument}${ofImage} is known to the build script alone`,
        next: "Write it into lab-images.json, or give the argument a value",
      });
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
