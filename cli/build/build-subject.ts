import { readdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { diskFiles } from "../../core/lab/files.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { LabBuild } from "../../core/lab/lab-build.ts";
import { dockerfilesIn, mainDockerfile } from "../../core/lab/lab-folder.ts";
import type { VariableValues } from "../../core/lab/manifest-variables.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { whyNot } from "../failure.ts";
import { labsAround } from "../lab-here.ts";
import { LabReader } from "../lab-of.ts";

/** What is built, and what its lab says of it. */
export interface BuildSubject {
  /** Absolute. */
  readonly dockerfile: string;
  /** The folder that was named; undefined where the lab or the Dockerfile decides. */
  readonly context: string | undefined;
  readonly build: LabBuild;
  readonly lab: Lab;
  /** What is wrong with the lab's manifest, each a sentence. */
  readonly problems: readonly string[];
}

/**
 * Finds what `named` stands for: a folder, a Dockerfile, or the name of an image of the lab around `start`. `file` is the
 * Dockerfile where it is said apart.
 *
 * @throws {EngineFailure} of cause `request`
 */
export function findSubject(
  named: string,
  file: string | undefined,
  start: string,
  variables: VariableValues,
): BuildSubject {
  const labs = new LabReader(start, variables);
  const found = locate(named, file, start, labs);
  const lab = labs.lab(found.dockerfile);
  return { ...found, lab, build: lab.buildOf(found.dockerfile), problems: labs.problemsBeside([]) };
}

function locate(
  named: string,
  file: string | undefined,
  start: string,
  labs: LabReader,
): Pick<BuildSubject, "dockerfile" | "context"> {
  const path = resolve(start, named);
  const given = file === undefined ? undefined : resolve(start, file);
  switch (kindOf(path)) {
    case "folder":
      return given === undefined
        ? { dockerfile: dockerfileIn(path, named), context: undefined }
        : { dockerfile: given, context: path };
    case "file":
      if (given !== undefined)
        throw new EngineFailure({
          cause: "request",
          what: `${named} is a file, and so is ${file}`,
          next: "Name the folder of the build context beside -f, or leave -f out",
        });
      return { dockerfile: path, context: undefined };
    case undefined:
      return imageNamed(named, given, start, labs);
  }
}

function imageNamed(
  named: string,
  given: string | undefined,
  start: string,
  labs: LabReader,
): Pick<BuildSubject, "dockerfile" | "context"> {
  const around = labsAround(start, labs);
  for (const lab of around) {
    const dockerfile = lab.dockerfileOfImage(named);
    if (dockerfile !== undefined && kindOf(dockerfile) === "file")
      return {
        dockerfile: given ?? dockerfile,
        context: given === undefined ? undefined : dirname(dockerfile),
      };
  }
  const names = [...new Set(around.flatMap((lab) => lab.imageNames))];
  const near = nearestWord(named, names);
  const list = names.length > 0 && names.length <= 12 ? `, one of ${names.join(", ")},` : "";
  throw new EngineFailure({
    cause: "request",
    what: `there is no file, no folder and no image of the lab called "${named}"`,
    next:
      near === undefined
        ? `Name an image of the lab${list} a folder or a Dockerfile`
        : `Did you mean ${near}?`,
  });
}

function dockerfileIn(folder: string, named: string): string {
  try {
    readdirSync(folder);
  } catch (error) {
    throw new EngineFailure({
      cause: "request",
      what: `${named} cannot be read: ${whyNot(error).replace(/\.$/, "")}`,
    });
  }
  const path = mainDockerfile(diskFiles, folder);
  if (path !== undefined) return path;
  const others = dockerfilesIn(diskFiles, folder);
  throw new EngineFailure({
    cause: "request",
    what: `there is no Dockerfile in ${named}${others.length > 0 ? `, only ${others.join(", ")}` : ""}`,
    next: "Name the file itself if it is called otherwise",
  });
}

function kindOf(path: string): "file" | "folder" | undefined {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}
