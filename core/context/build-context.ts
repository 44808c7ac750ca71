import type { ContextEntry } from "./folder-reader.ts";

/** Where a path of the build context stands, as the builder will find it. */
export type ContextState =
  | { readonly kind: "there" }
  /** In the folder, but a line of the ignore file leaves it out. */
  | { readonly kind: "ignored"; readonly line: number; readonly written: string }
  | { readonly kind: "missing" }
  /** It cannot be told: a folder that cannot be read, or more entries than are looked at. */
  | { readonly kind: "unknown" };

/** A file or folder of the context that nothing copies; no part of it is copied. */
export interface UnusedEntry {
  /** Relative to the context, with `/`. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
}

/** What the context holds besides what is copied; no more than could be looked at in good time. */
export interface UnusedPart {
  /** The largest first. */
  readonly entries: readonly UnusedEntry[];
  readonly bytes: number;
  /** Whether everything was looked at: otherwise {@link bytes} is the least that it may be. */
  readonly complete: boolean;
}

/** The ignore file that is in force, or would be. */
export interface IgnoreFileText {
  /** Absolute. */
  readonly path: string;
  /** Undefined while there is none. */
  readonly text: string | undefined;
}

/** The folder that a build sends, as rules ask about it. It is looked at only as far as asked. */
export interface BuildContext {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Whether the manifest or a build script names it; otherwise it is the Dockerfile's folder, which is the custom. */
  readonly named: boolean;
  readonly ignoreFile: IgnoreFileText;
  /** The Dockerfiles in the folder itself that are built with it by custom, by name. */
  readonly dockerfiles: readonly string[];
  /** Where a path stands; it may begin with `/` or `./` and cannot leave the context. */
  exists(path: string): ContextState;
  /** The same for a pattern of COPY (`*.whl`, `src/[ab]?.py`): `there` when anything that is sent fits. */
  matches(pattern: string): ContextState;
  /**
   * Whether the path or pattern is there from a folder above, which may be the context where none is named. A path whose
   * first folder is above and not here counts too: what it leads to may be made before the build.
   */
  mayBeAbove(path: string): boolean;
  /** Whether no folder above can be the context: one is named, or this is the root of the repository. */
  readonly outermost: boolean;
  /** Whether git leaves the path out: then it is made on each computer, and a fresh clone is without it. */
  isLeftOutByGit(path: string): boolean;
  /** What the author of a path that is not there may have meant, likeliest first. */
  nearest(path: string): readonly string[];
  /** The first `most` entries of a folder (empty for the context itself) that are sent; none if it cannot be read. */
  entries(folder: string, most: number): readonly ContextEntry[];
  /** How much of the context is sent; no more than could be looked at in good time. */
  readonly bytes: number;
  /** What of the context none of the copied paths or patterns covers. */
  unused(copied: readonly string[]): UnusedPart;
  /** Where `path` stands once `line` is appended to the ignore file. */
  withIgnoreLine(line: string, path: string): ContextState;
}

/** A path as COPY takes it: relative to the context, `..` stopped at its root; empty for the whole context. */
export function contextPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** Whether COPY takes the path for a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}
