import { posix } from "node:path";
import { rmCall } from "../../../core/commands/rm.ts";
import { expandBraces, matchesGlob } from "../../../core/dockerfile/shell/glob.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { isNameless, pathIn } from "./directories.ts";
import type { Place } from "./place.ts";

/** A word of a command that deletes, or takes away, files. */
export interface Deletion {
  readonly invocation: Invocation;
  /** Undefined where it is not known what goes: `xargs rm`. */
  readonly word: ShellWord | undefined;
  /** Absolute, patterns in it; `null` when it cannot be known. */
  readonly path: string | null;
  readonly recursive: boolean;
  /** Whether it certainly runs, and deletes. */
  readonly certain: boolean;
}

/** A file or folder that a deletion is compared with. */
export interface DeletablePath {
  /** Absolute; `null` when it cannot be known. */
  readonly path: string | null;
  /** What is certain of its path's end. */
  readonly suffix: string;
  /** Whether it is, or may be, a folder. */
  readonly tree: boolean;
}

/** Programs that put something else in the place of a packed file. */
const unpackers = new Set([
  "gunzip",
  "bunzip2",
  "unxz",
  "unlzma",
  "uncompress",
  "gzip",
  "bzip2",
  "xz",
  "pigz",
]);

const deleting: ReadonlySet<string> = new Set(["rm", "find", "trap", "mv", "unlink"]);

/** What a command deletes, or moves elsewhere. */
export function deletionsBy(invocation: Invocation, place: Place, directory: string | null): Deletion[] {
  const { name, args, context } = invocation;
  if (!deleting.has(name) && !unpackers.has(name)) return [];
  const at = (word: ShellWord) => pathIn(invocation, word, place, directory);
  const anything: Deletion = { invocation, word: undefined, path: null, recursive: true, certain: false };
  const rm = rmCall(invocation);
  if (rm) {
    const certain = !context.conditional && !context.inFunction;
    const { recursive } = rm;
    const known = rm.paths.map(
      (word): Deletion => ({ invocation, word, path: at(word), recursive, certain }),
    );
    return rm.open && invocation.through.includes("xargs") ? [...known, anything] : known;
  }
  const plain = args.filter(({ value, prefix }) => !(value ?? prefix).startsWith("-"));
  if (name === "find") {
    const deletes = args.some(({ value }) => value === "-delete" || value === "rm" || value?.endsWith("/rm"));
    return deletes ? [anything] : [];
  }
  if (name === "trap") return /\brm\b/.test(args[0]?.value ?? "rm") ? [anything] : [];
  const gone = name === "mv" ? plain.slice(0, -1) : name === "unlink" || unpackers.has(name) ? plain : [];
  return gone.map((word) => ({ invocation, word, path: at(word), recursive: true, certain: false }));
}

/** Folders of programs' own caches: what is deleted there is no file that a Dockerfile brings. */
const systemFolders = /^\/(var|usr|etc|proc|sys|dev)(\/|$)|\/\.(cache|npm|conda)(\/|$)|\/pkgs(\/|$)/;

/** Whether a deletion takes the file, or may. */
export function deletes(deletion: Deletion, file: DeletablePath): "yes" | "maybe" | "no" {
  const { word, path, recursive } = deletion;
  if (path !== null && file.path !== null && isNameless(path) === isNameless(file.path)) {
    if (!deletion.invocation.node && /[*?[{]/.test(path)) return "no";
    const hit = expandBraces(path).some((each) => reaches(each, file.path!, recursive, file.tree));
    return hit ? (deletion.certain ? "yes" : "maybe") : "no";
  }
  if (!word) return "maybe";
  const written = path ?? word.prefix;
  if (systemFolders.test(written)) return "no";
  if (recursive) return "maybe";
  const own = posix.basename(path ?? word.suffix);
  const other = posix.basename(file.path ?? file.suffix);
  if (own === "" || other === "") return "maybe";
  // Of a pattern what stands behind its last star is certain.
  const end = own.slice(Math.max(own.lastIndexOf("*"), own.lastIndexOf("]"), own.lastIndexOf("}")) + 1);
  return end.endsWith(other) || other.endsWith(end) ? "maybe" : "no";
}

function reaches(path: string, file: string, recursive: boolean, tree: boolean): boolean {
  // What a pattern certainly has in it is looked for before anything is taken apart.
  const last = Math.max(path.lastIndexOf("*"), path.lastIndexOf("?"), path.lastIndexOf("]"));
  if (last >= 0 && !file.includes(path.slice(last + 1))) return false;
  const own = path.split("/");
  const other = file.split("/");
  const inside = own.length === other.length + 1 && own.at(-1) === "*";
  if (own.length > other.length && !(inside && tree)) return false;
  const common = Math.min(own.length, other.length);
  for (let at = 0; at < common; at++) {
    const [glob, name] = [own[at]!, other[at]!];
    if (!matchesGlob(glob, name) || (/^[*?[]/.test(glob) && name.startsWith("."))) return false;
  }
  return own.length >= other.length ? !inside || recursive : recursive;
}
