import { basename, dirname, join } from "node:path";
import { editDistance } from "../edit-distance.ts";
import { isDockerfileName } from "../lab/dockerfile-name.ts";
import {
  type BuildContext,
  type ContextState,
  contextPath,
  type IgnoreFileText,
  isPattern,
  type UnusedPart,
} from "./build-context.ts";
import type { ContextFolder, ContextTree } from "./context-tree.ts";
import type { ContextEntry, FolderReader } from "./folder-reader.ts";
import { IgnoreFile } from "./ignore-file.ts";
import { compilePattern } from "./ignore-pattern.ts";
import { unusedPart } from "./unused-part.ts";

/** What a context is made from. */
export interface ContextSource {
  readonly folder: string;
  readonly named: boolean;
  readonly ignoreFile: IgnoreFileText;
  /** Folders above that may be the context where none is named, nearest first; called when first needed. */
  readonly above: () => readonly string[];
  readonly reader: FolderReader;
  /** Whether git leaves out a path that is relative to the folder. */
  readonly isLeftOutByGit: (path: string) => boolean;
  /** What of the folder is sent; called when first needed. */
  readonly walk: (ignore: IgnoreFile) => ContextTree;
}

/** A pattern is followed into at most so many folders. */
const maximumMatches = 5000;

const there: ContextState = { kind: "there" };
const missing: ContextState = { kind: "missing" };
const unknown: ContextState = { kind: "unknown" };

/** A build context in a folder, looked at as far as it is asked. */
export class FolderContext implements BuildContext {
  readonly folder: string;
  readonly named: boolean;
  readonly ignoreFile: IgnoreFileText;
  readonly #source: ContextSource;
  readonly #ignore: IgnoreFile;
  readonly #nearest = new Map<string, readonly string[]>();
  #tree: ContextTree | undefined;
  #foldersAbove: readonly string[] | undefined;

  constructor(source: ContextSource) {
    this.folder = source.folder;
    this.named = source.named;
    this.ignoreFile = source.ignoreFile;
    this.#source = source;
    this.#ignore = new IgnoreFile(source.ignoreFile.text ?? "");
  }

  get dockerfiles(): readonly string[] {
    return (this.#source.reader.list(this.folder) ?? [])
      .filter(({ name, isFolder }) => !isFolder && isDockerfileName(name))
      .map(({ name }) => name);
  }

  exists(path: string): ContextState {
    return this.#state(contextPath(path), this.#ignore);
  }

  matches(pattern: string): ContextState {
    const found = this.#fitting(this.folder, pattern);
    if (!found) return unknown;
    const states = found.map((path) => this.#state(path, this.#ignore));
    for (const kind of ["there", "unknown", "ignored"] as const) {
      const state = states.find((each) => each.kind === kind);
      if (state) return state;
    }
    return missing;
  }

  get outermost(): boolean {
    return this.#above.length === 0;
  }

  mayBeAbove(path: string): boolean {
    const clean = contextPath(path);
    const [first = "", ...below] = clean.split("/");
    const { reader } = this.#source;
    const leads = below.length > 0 && !isPattern(first);
    const elsewhere = leads && reader.kindOf(join(this.folder, first)) === "missing";
    return this.#above.some((folder) => {
      if (elsewhere && reader.kindOf(join(folder, first)) !== "missing") return true;
      if (isPattern(clean)) return this.#fitting(folder, clean)?.length !== 0;
      return reader.kindOf(join(folder, clean)) !== "missing";
    });
  }

  isLeftOutByGit(path: string): boolean {
    const clean = contextPath(path);
    return clean !== "" && this.#source.isLeftOutByGit(clean);
  }

  nearest(path: string): readonly string[] {
    const wanted = contextPath(path);
    let found = this.#nearest.get(wanted);
    if (!found) {
      found = this.#nearestTo(wanted);
      this.#nearest.set(wanted, found);
    }
    return found;
  }

  #nearestTo(wanted: string): readonly string[] {
    const name = basename(wanted);
    if (isPattern(name) || name === "") return [];
    const folder = dirname(wanted) === "." ? "" : dirname(wanted);
    const ranked: { path: string; distance: number }[] = [];
    const beside = this.#source.reader.list(join(this.folder, folder)) ?? [];
    for (const entry of beside) {
      const distance = spellingDistance(name, entry.name);
      if (distance !== undefined) ranked.push({ path: inside(folder, entry.name), distance });
    }
    for (const each of this.#sameName(name))
      ranked.push({ path: each, distance: 3 + each.split("/").length / 100 });
    ranked.sort((a, b) => a.distance - b.distance || (a.path < b.path ? -1 : 1));
    const paths = ranked.filter((each) => this.exists(each.path).kind === "there").map((each) => each.path);
    return [...new Set(paths)].slice(0, 3);
  }

  entries(folder: string, most: number): readonly ContextEntry[] {
    const path = contextPath(folder);
    const sent: ContextEntry[] = [];
    for (const entry of this.#source.reader.list(join(this.folder, path)) ?? []) {
      if (sent.length >= most) break;
      const state = this.#stateThere(inside(path, entry.name), entry.isFolder, this.#ignore);
      if (state.kind !== "ignored") sent.push(entry);
    }
    return sent;
  }

  get bytes(): number {
    return this.#walked.bytes;
  }

  unused(copied: readonly string[]): UnusedPart {
    return unusedPart(this.#walked, copied.map(contextPath));
  }

  withIgnoreLine(line: string, path: string): ContextState {
    const ignore = new IgnoreFile(appendLine(this.ignoreFile.text, line));
    return this.#state(contextPath(path), ignore);
  }

  get #above(): readonly string[] {
    this.#foldersAbove ??= this.#source.above();
    return this.#foldersAbove;
  }

  get #walked(): ContextTree {
    this.#tree ??= this.#source.walk(this.#ignore);
    return this.#tree;
  }

  #state(path: string, ignore: IgnoreFile): ContextState {
    if (path === "") return there;
    const kind = this.#source.reader.kindOf(join(this.folder, path));
    return kind === "missing" || kind === "unknown"
      ? { kind }
      : this.#stateThere(path, kind === "folder", ignore);
  }

  /** What the ignore file makes of a path that is there. */
  #stateThere(path: string, isFolder: boolean, ignore: IgnoreFile): ContextState {
    const { by } = ignore.decide(path);
    if (!by) return there;
    // An exception may bring back a part of an ignored folder: then the folder is sent with that part.
    if (isFolder && ignore.mayBringBack(path)) return unknown;
    return { kind: "ignored", line: by.line, written: by.written };
  }

  /** The paths that fit a pattern; undefined when that cannot be told. */
  #fitting(root: string, pattern: string): string[] | undefined {
    let found = [""];
    for (const part of contextPath(pattern).split("/")) {
      const fits = compilePattern(part);
      if (!fits || part === "**") return undefined;
      const next: string[] = [];
      for (const folder of found) {
        if (!isPattern(part)) {
          const path = inside(folder, part);
          if (this.#source.reader.kindOf(join(root, path)) !== "missing") next.push(path);
          continue;
        }
        const entries = this.#source.reader.list(join(root, folder));
        if (!entries && this.#source.reader.kindOf(join(root, folder)) === "folder") return undefined;
        for (const { name } of entries ?? []) if (fits(name)) next.push(inside(folder, name));
        if (next.length > maximumMatches) return undefined;
      }
      found = next;
    }
    return found;
  }

  /** Where else in the context there is an entry of this name, shallow ones first. */
  #sameName(name: string): string[] {
    const found: string[] = [];
    const waiting: ContextFolder[] = [this.#walked.root];
    for (const folder of waiting) {
      if (folder.files.has(name) || folder.folders.has(name)) found.push(inside(folder.path, name));
      if (found.length >= 5) break;
      waiting.push(...folder.folders.values());
    }
    return found;
  }
}

/** The ignore file's text with a line more, in its own line ends. */
export function appendLine(text: string | undefined, line: string): string {
  const lineEnd = text?.includes("\r\n") ? "\r\n" : "\n";
  const before = text === undefined || text === "" || text.endsWith("\n") ? (text ?? "") : text + lineEnd;
  return `${before}${line}${lineEnd}`;
}

function inside(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** How far a name is from the one that was written; undefined for too far. */
function spellingDistance(wanted: string, name: string): number | undefined {
  const farthest = Math.max(1, Math.floor(wanted.length / 4));
  // Letters that one has more than the other count one each.
  if (Math.abs(name.length - wanted.length) > Math.min(4, farthest)) return undefined;
  if (name.toLowerCase() === wanted.toLowerCase()) return 0.5;
  const distance = editDistance(wanted.toLowerCase(), name.toLowerCase(), farthest);
  return distance <= farthest ? distance : undefined;
}
