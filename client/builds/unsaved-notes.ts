import { basename, dirname, sep } from "node:path";
import { looksLikeScript, parseBuildScript } from "../../core/lab/build-script.ts";
import { isDockerfileName } from "../../core/lab/dockerfile-name.ts";
import type { RunRequest } from "./build-run.ts";

/** Files that are not saved, and that say what a run builds besides its Dockerfiles. */
export interface UnsavedFiles {
  /** Those of the lab: the editor's text counts. */
  readonly counting: readonly string[];
  /** Those that leave files out of the build: the daemon is sent what the text on disk lets through. */
  readonly onDiskOnly: readonly string[];
}

/**
 * Which files beside and above the Dockerfiles of a run are not saved.
 * @param unsaved absolute paths of all the files that editors have not saved
 */
export function unsavedOf(
  request: Pick<RunRequest, "asked" | "unsaved" | "pushesOnly">,
  unsaved: readonly string[],
): UnsavedFiles {
  const { asked, unsaved: texts, pushesOnly } = request;
  const isAbove = (path: string) =>
    asked.some((dockerfile) => dockerfile !== path && dockerfile.startsWith(dirname(path) + sep));
  const counting = [...texts].flatMap(([path, text]) => {
    const name = basename(path);
    const isRead = !looksLikeScript(name) || parseBuildScript(text, dirname(path)) !== undefined;
    return isRead && !isDockerfileName(name) && isAbove(path) ? [path] : [];
  });
  const onDiskOnly = unsaved.filter((path) => path.endsWith(".dockerignore") && isAbove(path));
  return { counting, onDiskOnly: pushesOnly ? [] : onDiskOnly };
}
