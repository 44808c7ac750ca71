import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { DiskContexts } from "../core/context/disk-context.ts";
import type { RegistryTags } from "../core/cuda/registry-tags.ts";
import { diskFiles, type LabFiles } from "../core/lab/files.ts";
import { GivenArguments } from "../core/lab/given-argument.ts";
import { Lab } from "../core/lab/lab.ts";
import { labRootOf } from "../core/lab/lab-root.ts";
import type { WireCudaTags } from "./protocol.ts";

/** The labs of the open workspace, each read once and again when one of its files changes. */
export class Labs {
  readonly #files: LabFiles;
  readonly #contexts: DiskContexts;
  readonly #labs = new Map<string, Lab>();
  #given: GivenArguments;
  /** The lab's root of each Dockerfile asked for. */
  readonly #roots = new Map<string, string>();
  #boundaries: readonly string[] = [];
  #user: string | undefined = process.env.LAB_IMAGES_USER;
  #cudaTags: RegistryTags | undefined;
  #cudaTagsKey: string | undefined;
  #generation = 0;

  /** `openText` gives the unsaved text of a file that is open in the editor. */
  constructor(openText: (path: string) => string | undefined) {
    this.#files = {
      readText: (path) => openText(path) ?? diskFiles.readText(path),
      list: (path) => diskFiles.list(path),
      isLocked: (path) => diskFiles.isLocked(path),
    };
    this.#contexts = new DiskContexts(this.#files);
    this.#given = new GivenArguments(this.#files);
  }

  /** Grows with every change: what was computed with an older number is stale. */
  get generation(): number {
    return this.#generation;
  }

  setWorkspaceFolders(uris: readonly string[]): void {
    this.#boundaries = uris.flatMap((uri) => pathOfUri(uri) ?? []);
    this.forget();
  }

  /** The lab member's own name; undefined leaves it to the environment. */
  setUser(name: string | undefined): void {
    const user = name || process.env.LAB_IMAGES_USER;
    if (user === this.#user) return;
    this.#user = user;
    this.forget();
  }

  /** Newer tags of `nvidia/cuda`, where the user has asked a registry. */
  get cudaTags(): RegistryTags | undefined {
    return this.#cudaTags;
  }

  setCudaTags(tags: WireCudaTags | undefined): void {
    const key = JSON.stringify(tags);
    if (key === this.#cudaTagsKey) return;
    this.#cudaTagsKey = key;
    this.#cudaTags = tags && { ...tags, tags: new Set(tags.tags) };
    this.forget();
  }

  /** The lab of a Dockerfile on disk. */
  of(path: string): Lab {
    let root = this.#roots.get(path);
    if (root === undefined) {
      root = labRootOf(path, this.#boundaryOf(path), this.#files);
      this.#roots.set(path, root);
    }
    return this.#at(root);
  }

  #at(root: string): Lab {
    let lab = this.#labs.get(root);
    if (!lab) {
      lab = new Lab(root, this.#files, {
        user: this.#user,
        contexts: this.#contexts,
        cudaTags: this.#cudaTags,
        given: this.#given,
      });
      this.#labs.set(root, lab);
    }
    return lab;
  }

  /** The images of the labs at the workspace folders, and of those that were asked for since. */
  images(): readonly { readonly name: string; readonly dockerfile: string }[] {
    for (const folder of this.#boundaries) this.#at(folder);
    return [...this.#labs.values()].flatMap((lab) =>
      lab.imageNames.flatMap((name) => {
        const dockerfile = lab.dockerfileOfImage(name);
        return dockerfile === undefined ? [] : [{ name, dockerfile }];
      }),
    );
  }

  /** A file's text as it is now, in the editor or on disk; undefined as in {@link LabFiles}. */
  textOf(path: string): string | undefined {
    return this.#files.readText(path);
  }

  /** The files that the manifests read so far extend. */
  extendedFiles(): readonly string[] {
    return [...this.#labs.values()].flatMap(({ manifest }) => manifest?.files ?? []);
  }

  /** Whether a file lies in a folder that is open. */
  inWorkspace(path: string): boolean {
    return this.#boundaries.some((folder) => liesIn(path, folder));
  }

  /** Drops what was read: the next question reads anew. */
  forget(): void {
    this.#labs.clear();
    this.#roots.clear();
    this.#given = new GivenArguments(this.#files);
    this.#contexts.forgetGitRules();
    this.#generation++;
  }

  #boundaryOf(path: string): string {
    const holding = this.#boundaries.filter((folder) => liesIn(path, folder));
    return holding.sort((a, b) => b.length - a.length)[0] ?? dirname(path);
  }
}

function liesIn(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The path of a `file:` URI; undefined for any other scheme. */
export function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri).replace(/(.)\/$/, "$1");
  } catch {
    return undefined;
  }
}
