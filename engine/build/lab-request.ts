import { nameFault } from "../../core/image/name-fault.ts";
import type { LabBuild } from "../../core/lab/lab-build.ts";
import { EngineFailure } from "../failure.ts";
import type { BuildRequest } from "./build-request.ts";

/** What the user asked for; it wins over what the lab says. */
export type AskedOfBuild = Partial<Omit<BuildRequest, "dockerfile">>;

/**
 * The request for a build of the Dockerfile at `dockerfile` (absolute). Tags that are asked for replace the lab's; single
 * build arguments replace single ones.
 *
 * @throws {EngineFailure} of cause `request` where the image's name cannot be one, or needs the user's
 */
export function labRequest(dockerfile: string, lab: LabBuild, asked: AskedOfBuild): BuildRequest {
  const tags = asked.tags?.length ? asked.tags : lab.tag === undefined ? [] : [lab.tag];
  for (const tag of tags) checkTag(tag);
  return {
    ...lab.settings,
    ...asked,
    context: asked.context ?? lab.context,
    dockerfile,
    tags,
    args: new Map([...known(lab.args), ...(asked.args ?? [])]),
  };
}

function checkTag(tag: string): void {
  if (tag.includes("${user}"))
    throw new EngineFailure({
      cause: "request",
      what: `the image's name ${tag} holds your user name, which is not known`,
      next: "Set LAB_IMAGES_USER (in VS Code: the setting labImages.user), or give the image another name",
    });
  const fault = nameFault(tag, undefined, false);
  if (fault) throw new EngineFailure({ cause: "request", what: fault.message.replace(/\.$/, "") });
}

function known(args: LabBuild["args"]): [string, string][] {
  return [...args].flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}
