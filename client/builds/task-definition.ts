import { dirname, join, relative } from "node:path";
import type { Lab } from "../../core/lab/lab.ts";

/** The type of tasks in tasks.json. */
export const taskType = "lab-images";

/** What a task builds; stands in tasks.json as it is. */
export interface BuildTask {
  /**
   * An image's name in the lab at the workspace folder, the path of a Dockerfile from there, or `*` for all of that lab that
   * are stale; `path/*` for those of the lab in another folder.
   */
  readonly image: string;
  readonly push: boolean;
  /** A host's URL or the name of a docker context; undefined for the workspace's host. */
  readonly host: string | undefined;
}

/** What a task comes to. */
export type TaskSubject =
  | { readonly kind: "dockerfile"; readonly path: string }
  | { readonly kind: "stale"; readonly root: string };

/**
 * Reads a task as somebody wrote it.
 * @throws {Error} that says what to write instead
 */
export function readTask(definition: Readonly<Record<string, unknown>>): BuildTask {
  const { image, push = false, host } = definition;
  if (typeof image !== "string" || image.trim() === "")
    throw new Error(
      'A task of type "lab-images" needs "image": an image\'s name, the path of a Dockerfile, or "*".',
    );
  if (typeof push !== "boolean") throw new Error('"push" of a lab-images task is true or false.');
  if (host !== undefined && typeof host !== "string")
    throw new Error(
      '"host" of a lab-images task is a text: "ssh://user@node", or the name of a docker context.',
    );
  return { image: image.trim(), push, host: host === "" ? undefined : host };
}

/**
 * What the task builds in a workspace folder.
 *
 * @param lab the lab in that folder
 * @throws {Error} where it names nothing that is there
 */
export function subjectOf(
  { image }: BuildTask,
  folder: string,
  lab: Lab,
  isFile: (path: string) => boolean,
): TaskSubject {
  if (image === "*" || image.endsWith("/*")) return { kind: "stale", root: dirname(join(folder, image)) };
  const ofLab = lab.dockerfileOfImage(image);
  if (ofLab !== undefined) return { kind: "dockerfile", path: ofLab };
  const path = join(folder, image);
  if (isFile(path)) return { kind: "dockerfile", path };
  const names = lab.imageNames.join(", ");
  throw new Error(
    `There is no image and no Dockerfile ${image} in ${folder}.${names && ` Its images are ${names}.`}`,
  );
}

/** The tasks of a lab that lies in a workspace folder: all stale images, then each image by itself. */
export function tasksOf(lab: Lab, folder: string): BuildTask[] {
  const inFolder = relative(folder, lab.root).replaceAll("\\", "/");
  const nameOf = (name: string) => {
    const path = lab.dockerfileOfImage(name);
    if (inFolder === "" || path === undefined) return name;
    return relative(folder, path).replaceAll("\\", "/");
  };
  const all = inFolder === "" ? "*" : `${inFolder}/*`;
  const buildable = lab.imageNames.filter((name) => lab.holdsDockerfile(name));
  return [all, ...buildable.map(nameOf)].map((image) => ({ image, push: false, host: undefined }));
}

/** What a task is called in lists. */
export function taskName({ image, push }: BuildTask): string {
  const verb = push ? "build and push" : "build";
  if (image === "*") return `${verb} all stale images`;
  return image.endsWith("/*") ? `${verb} all stale images of ${dirname(image)}` : `${verb} ${image}`;
}
