import { join } from "node:path";
import { type BuildContext, contextPath, isPattern } from "../../../core/context/build-context.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { contextUses } from "./context-sources.ts";

/**
 * The paths (absolute) on whose being there it depends what the context rules say: each source, and the folders that
 * lead to it, because a folder that comes or goes is told once for all that is in it. The last part of a path may be a
 * pattern; a pattern among its folders ends it.
 */
export function watchedSources(dockerfile: Dockerfile, context: BuildContext): string[] {
  const paths = new Set<string>();
  for (const { path } of contextUses(dockerfile)) {
    if (path === null) continue;
    let at = context.folder;
    for (const part of contextPath(path).split("/")) {
      if (part === "") continue;
      at = join(at, part);
      paths.add(at);
      if (isPattern(part)) break;
    }
  }
  return [...paths];
}
