import { posix } from "node:path";
import type { BuildContext } from "../../../core/context/build-context.ts";
import { DiskContexts } from "../../../core/context/disk-context.ts";
import type { ContextEntry, FolderReader } from "../../../core/context/folder-reader.ts";
import { memoryFiles } from "../lab/memory-files.ts";

/** Files by path: their text, or their size in bytes; `null` for a folder that cannot be read. */
export type FolderContent = Readonly<Record<string, string | number | null>>;

/** Folders in memory, by absolute path. */
export function memoryFolders(content: FolderContent): FolderReader {
  const kindOf: FolderReader["kindOf"] = (path) => {
    if (content[path] === null) return "folder";
    if (path in content) return "file";
    const paths = Object.keys(content);
    if (paths.some((each) => content[each] === null && path.startsWith(`${each}/`))) return "unknown";
    return path === "/" || paths.some((each) => each.startsWith(`${path}/`)) ? "folder" : "missing";
  };
  return {
    kindOf,
    list: (folder) => {
      if (content[folder] === null || kindOf(folder) !== "folder") return undefined;
      const entries = new Map<string, ContextEntry>();
      for (const path of Object.keys(content)) {
        const relative = posix.relative(folder, path);
        if (relative.startsWith("..")) continue;
        const [name, ...rest] = relative.split("/");
        const isFolder = rest.length > 0 || content[path] === null;
        entries.set(name!, { name: name!, isFolder });
      }
      return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    size: (path) => {
      const found = content[path];
      return typeof found === "number" ? found : (found?.length ?? 0);
    },
  };
}

/** The build context of `/lab/train/Dockerfile` with these files in `/lab/train`; a path from `/` stands as it is. */
export function contextWith(content: FolderContent, named?: string): BuildContext {
  const absolute = Object.fromEntries(
    Object.entries(content).map(([path, value]) => [
      posix.join("/lab/train", path.startsWith("/") ? `../..${path}` : path),
      value,
    ]),
  );
  const texts = Object.fromEntries(
    Object.entries(absolute).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const limits = { entries: 50_000, milliseconds: 5_000 };
  const contexts = new DiskContexts(memoryFiles(texts), memoryFolders(absolute), limits);
  return contexts.of("/lab/train/Dockerfile", named);
}
