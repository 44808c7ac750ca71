import { posix } from "node:path";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { CopyInstruction } from "../../../core/dockerfile/instruction.ts";
import { matchesGlob } from "../../../core/dockerfile/shell/glob.ts";
import { contains, instructionPath, type Places } from "./place.ts";

/** What a COPY or ADD brought. */
export interface Copied {
  readonly copy: CopyInstruction;
  /** Its destination, absolute; `null` when it cannot be known. */
  readonly destination: string | null;
  /** The paths below the destination that it filled, where its sources are files by their look. */
  readonly files: readonly string[] | undefined;
}

/** What the COPYs and ADDs of a file brought, each looked at once. */
export class Copies {
  readonly #dockerfile: Dockerfile;
  readonly #places: Places;
  readonly #copied = new Map<CopyInstruction, Copied>();

  constructor(dockerfile: Dockerfile, places: Places) {
    this.#dockerfile = dockerfile;
    this.#places = places;
  }

  /** What `copy` brought, as far as its line says. */
  by(copy: CopyInstruction): Copied {
    const known = this.#copied.get(copy);
    if (known) return known;
    const copied = copiedBy(this.#dockerfile, copy, this.#places);
    this.#copied.set(copy, copied);
    return copied;
  }
}

function copiedBy(dockerfile: Dockerfile, copy: CopyInstruction, places: Places): Copied {
  const { destination: written, sources } = copy;
  const destination = written ? instructionPath(dockerfile, copy, written, places.of(copy).workdir) : null;
  if (!written || destination === null) return { copy, destination, files: undefined };
  if (copy.heredocs.length > 0 && sources.length === 0 && !/[/.]$/.test(written.raw))
    return { copy, destination, files: [destination] };
  const names = sources.map(({ value }) => (value === null ? "" : posix.basename(value)));
  if (names.length === 0 || !names.every(looksLikeFile)) return { copy, destination, files: undefined };
  const single =
    names.length === 1 && !/\/$/.test(written.value ?? "") && looksLikeFile(posix.basename(destination));
  return {
    copy,
    destination,
    files: single ? [destination] : names.map((name) => posix.join(destination, name)),
  };
}

/** How what was copied lies to a path that a command goes through. */
export type Overlap = "inside" | "part" | undefined;

/**
 * Whether what was copied lies inside `path` (the last component may be a pattern), or `path` is a part of it.
 * Undefined when they have nothing in common, or that cannot be known.
 */
export function overlap({ destination, files }: Copied, path: string): Overlap {
  if (destination === null) return undefined;
  const pattern = /[*?[{]/.test(path);
  const root = pattern ? path.slice(0, path.search(/\/[^/]*[*?[{]/)) || "/" : path;
  const lasts = pattern ? path.slice(root === "/" ? 1 : root.length + 1) : "";
  if (files)
    return files.some((file) => contains(root, file) && fits(file, root, lasts)) ? "inside" : undefined;
  if (contains(root, destination)) return fits(destination, root, lasts) ? "inside" : undefined;
  return contains(destination, root) ? "part" : undefined;
}

/** Whether the first component of `path` below `root` fits the pattern; no pattern fits everything. */
function fits(path: string, root: string, pattern: string): boolean {
  if (pattern === "" || path === root) return true;
  if (/[[\]{}/]/.test(pattern)) return false;
  const below = path.slice(root === "/" ? 1 : root.length + 1).split("/")[0]!;
  return !(below.startsWith(".") && !pattern.startsWith(".")) && matchesGlob(pattern, below);
}

function looksLikeFile(name: string): boolean {
  return /.\.[A-Za-z0-9]{1,8}$/.test(name) && !/[*?[]/.test(name) && !name.endsWith(".d");
}
