import { posix } from "node:path";
import type { LabFiles } from "../../../core/lab/files.ts";

/** Files in memory, by absolute path. */
export function memoryFiles(texts: Readonly<Record<string, string>>): LabFiles {
  return {
    readText: (path) => texts[path],
    isLocked: () => false,
    list: (folder) => {
      const names = new Map<string, boolean>();
      for (const path of Object.keys(texts)) {
        const relative = posix.relative(folder, path);
        if (relative.startsWith("..")) continue;
        const [first, ...rest] = relative.split("/");
        names.set(first!, rest.length > 0);
      }
      return [...names].map(([name, isFolder]) => ({ name, isFolder }));
    },
  };
}
