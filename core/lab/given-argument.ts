import { join } from "node:path";
import { looksLikeScript } from "./build-script.ts";
import type { LabFiles } from "./files.ts";

const makefile = /^(?:GNUm|m|M)akefile$|\.mk$/;
/** Compose's files and Buildx's: there an argument is a key. */
const lists = /^(?:docker-)?compose[\w.-]*\.ya?ml$|^docker-bake[\w.-]*\.(?:hcl|json)$/;

/**
 * Whether a script, a makefile, a compose or a bake file in one of the folders names a build argument as one that it
 * gives. Which value, and to which Dockerfile, is not looked at: a script may be started anywhere.
 */
export function isArgumentGiven(name: string, folders: readonly string[], files: LabFiles): boolean {
  const option = new RegExp(`--build-arg[\\s=]+["']?${name}\\b`);
  const key = new RegExp(`^\\s*(?:-\\s*)?["']?${name}["']?\\s*[:=]`, "m");
  return [...new Set(folders)].some((folder) =>
    files.list(folder).some((entry) => {
      if (entry.isFolder) return false;
      const pattern =
        looksLikeScript(entry.name) || makefile.test(entry.name)
          ? option
          : lists.test(entry.name)
            ? key
            : undefined;
      return pattern?.test(files.readText(join(folder, entry.name)) ?? "") ?? false;
    }),
  );
}
