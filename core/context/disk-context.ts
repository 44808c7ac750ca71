import { basename, dirname, join } from "node:path";
import type { LabFiles } from "../lab/files.ts";
import type { BuildContext } from "./build-context.ts";
import { type ContextTree, type WalkLimits, walkContext } from "./context-tree.ts";
import { FolderContext } from "./folder-context.ts";
import { askedOnce, diskFolders, type FolderReader } from "./folder-reader.ts";
import { GitIgnore, isLeftOut } from "./git-ignore.ts";
import type { IgnoreFile } from "./ignore-file.ts";

/** Enough for a repository; a folder of data sets is cut short there. */
const usualLimits: WalkLimits = { entries: 50_000, milliseconds: 500 };

/** A context that nothing names is looked for at most so many folders above the Dockerfile. */
const maximumAbove = 6;

interface KnownTree {
  readonly tree: ContextTree;
  readonly ignoreText: string | undefined;
  readonly until: number;
}

/** The build contexts of Dockerfiles on disk. What was walked is kept for a while: it is the costly part. */
export class DiskContexts {
  readonly #files: LabFiles;
  readonly #reader: FolderReader;
  readonly #limits: WalkLimits;
  readonly #trees = new Map<string, KnownTree>();
  readonly #git = new Map<string, { readonly rules: GitIgnore; readonly until: number }>();

  /** `files` gives the text of ignore files: an unsaved one counts as it is in the editor. */
  constructor(files: LabFiles, reader: FolderReader = diskFolders, limits: WalkLimits = usualLimits) {
    this.#files = files;
    this.#reader = reader;
    this.#limits = limits;
  }

  /**
   * The context of a Dockerfile: the folder that something names, else the Dockerfile's own. It is the folder of one
   * moment, for one check.
   */
  of(dockerfile: string, named: string | undefined): BuildContext {
    const folder = named ?? dirname(dockerfile);
    const ignoreFile = this.#ignoreFile(dockerfile, folder);
    return new FolderContext({
      folder,
      named: named !== undefined,
      ignoreFile,
      above: () => (named === undefined ? this.#above(folder) : []),
      reader: askedOnce(this.#reader),
      isLeftOutByGit: (path) => isLeftOut(path, folder, this.#gitRules(folder)),
      walk: (ignore) => this.#walk(folder, ignore, ignoreFile.text),
    });
  }

  /** Drops what git's ignore files say: the next question reads them anew. */
  forgetGitRules(): void {
    this.#git.clear();
  }

  /** `Dockerfile.dockerignore` beside the Dockerfile is in force before the context's `.dockerignore`. */
  #ignoreFile(dockerfile: string, folder: string): { path: string; text: string | undefined } {
    const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
    const ownText = this.#files.readText(own);
    if (ownText !== undefined) return { path: own, text: ownText };
    const path = join(folder, ".dockerignore");
    return { path, text: this.#files.readText(path) };
  }

  #gitRules(folder: string): GitIgnore {
    const known = this.#git.get(folder);
    const now = performance.now();
    if (known && now < known.until) return known.rules;
    const rules = GitIgnore.at(folder);
    this.#git.set(folder, { rules, until: now + 5_000 });
    return rules;
  }

  /** The folders above, up to the repository's root; none outside of a repository. */
  #above(folder: string): string[] {
    const above: string[] = [];
    for (let at = folder; above.length <= maximumAbove; at = dirname(at)) {
      if (at !== folder) above.push(at);
      if (this.#reader.kindOf(join(at, ".git")) !== "missing") return above;
      if (at === dirname(at)) break;
    }
    return above.slice(0, 1);
  }

  #walk(folder: string, ignore: IgnoreFile, ignoreText: string | undefined): ContextTree {
    const known = this.#trees.get(folder);
    const start = performance.now();
    if (known && known.ignoreText === ignoreText && start < known.until) return known.tree;
    const tree = walkContext(folder, ignore, this.#reader, this.#limits);
    const took = performance.now() - start;
    // At most a fiftieth of the time goes into walking, and never a walk for each key that is pressed.
    this.#trees.set(folder, { tree, ignoreText, until: start + took + Math.max(5_000, 50 * took) });
    return tree;
  }
}
