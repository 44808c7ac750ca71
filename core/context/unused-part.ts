import type { UnusedEntry, UnusedPart } from "./build-context.ts";
import { bytesOf, type ContextFolder, type ContextTree } from "./context-tree.ts";
import { compilePattern, type PathTest } from "./ignore-pattern.ts";

/** What of the tree none of the copied paths or patterns covers, the largest part first. */
export function unusedPart({ root, complete }: ContextTree, copied: readonly string[]): UnusedPart {
  const sources = copied.map((path) =>
    path
      .split("/")
      .filter((part) => part !== "")
      .map(componentTest),
  );
  const entries: UnusedEntry[] = [];
  const visit = (folder: ContextFolder, open: readonly (readonly PathTest[])[]) => {
    for (const [name, bytes] of folder.files)
      if (below(open, name).length === 0) entries.push({ path: at(folder, name), isFolder: false, bytes });
    for (const [name, inner] of folder.folders) {
      const left = below(open, name);
      if (left.some((parts) => parts.length === 0)) continue;
      if (left.length > 0) visit(inner, left);
      else entries.push({ path: inner.path, isFolder: true, bytes: bytesOf(inner) });
    }
  };
  if (!sources.some((parts) => parts.length === 0)) visit(root, sources);
  entries.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return { entries, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0), complete };
}

/** What is left of the sources that go through `name`; an empty one copies it whole. */
function below(sources: readonly (readonly PathTest[])[], name: string): (readonly PathTest[])[] {
  return sources.flatMap((parts) => (parts[0]?.(name) ? [parts.slice(1)] : []));
}

function componentTest(part: string): PathTest {
  // What Docker would refuse as a pattern may copy anything.
  return compilePattern(part) ?? (() => true);
}

function at(folder: ContextFolder, name: string): string {
  return folder.path === "" ? name : `${folder.path}/${name}`;
}
