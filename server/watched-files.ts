import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type Disposable,
  type FileSystemWatcher,
  WatchKind,
} from "vscode-languageserver";
import { isPattern } from "../core/context/build-context.ts";
import { compilePattern } from "../core/context/ignore-pattern.ts";
import { escapeGlob } from "../core/escape-glob.ts";
import { concernsLab, labFileGlobs } from "../core/lab/lab-file.ts";
import type { CheckedDocument } from "./checked-document.ts";
import { type Labs, pathOfUri } from "./labs.ts";
import { quietly } from "./quietly.ts";

/** A file beside the documents that changes what is found in them. */
export interface WatchedPath {
  /** Absolute; the last part may be a pattern of COPY. */
  readonly path: string;
  /** Whether it only matters that it comes or goes. */
  readonly existence: boolean;
}

/** So many are watched by name; a Dockerfile that copies more is not written by hand. */
const maximumPaths = 500;

/** How long (ms) documents rest before what they depend on is watched. */
const rest = 300;

/** What open documents depend on, beside the files of every lab. */
export function watchedPaths(labs: Labs, documents: readonly CheckedDocument[]): WatchedPath[] {
  const sources = documents.flatMap(({ dependsOn }) => dependsOn?.() ?? []);
  return [
    ...labs.extendedFiles().map((path) => ({ path, existence: false })),
    ...sources.map((path) => ({ path, existence: true })),
  ];
}

/** Has the editor tell of changes on disk: of every lab's files, and of exactly those that open documents depend on. */
export class WatchedFiles {
  readonly #connection: Connection;
  readonly #labs: Labs;
  /** Whether the editor can watch single files outside of the workspace. */
  readonly #outside: boolean;
  readonly #changed: () => void;
  #key = "[]";
  #paths: readonly WatchedPath[] = [];
  #registered: Promise<Disposable> | undefined;
  #waiting: NodeJS.Timeout | undefined;

  /** `changed` is called when files that were not watched until now may have changed meanwhile. */
  constructor(connection: Connection, labs: Labs, outside: boolean, changed: () => void) {
    this.#connection = connection;
    this.#labs = labs;
    this.#outside = outside;
    this.#changed = changed;
    const watchers = labFileGlobs.map((globPattern) => ({ globPattern }));
    quietly(connection, connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  }

  /** Asks for the files to watch after a rest, and watches no others from then on. */
  watchSoon(ask: () => readonly WatchedPath[]): void {
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      this.#watch(ask().slice(0, maximumPaths));
    }, rest);
  }

  #watch(paths: readonly WatchedPath[]): void {
    const key = JSON.stringify(paths);
    if (key === this.#key) return;
    this.#key = key;
    this.#paths = paths;
    const watchers = paths.flatMap((each) => this.#watcher(each) ?? []);
    const before = this.#registered;
    this.#registered =
      watchers.length === 0
        ? undefined
        : this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    quietly(this.#connection, this.#registered?.then(this.#changed));
    // One that was refused was logged when it was.
    before?.then(
      (registration) => registration.dispose(),
      () => {},
    );
  }

  /** Whether a change of the file at this URI may change what is found. */
  concerns(uri: string): boolean {
    const path = pathOfUri(uri);
    if (path === undefined) return false;
    return concernsLab(path) || this.#paths.some((each) => covers(each.path, path));
  }

  #watcher({ path, existence }: WatchedPath): FileSystemWatcher | undefined {
    const kind = existence ? WatchKind.Create | WatchKind.Delete : undefined;
    const folder = dirname(path);
    const name = isPattern(basename(path)) ? basename(path) : escapeGlob(basename(path));
    const options = kind === undefined ? {} : { kind };
    // The editor watches the workspace anyway: this only picks what is told to us.
    if (this.#labs.inWorkspace(path)) return { globPattern: `${escapeGlob(folder)}/${name}`, ...options };
    if (!this.#outside) return undefined;
    return { globPattern: { baseUri: pathToFileURL(folder).href, pattern: name }, ...options };
  }
}

function covers(watched: string, path: string): boolean {
  if (watched === path) return true;
  if (!isPattern(basename(watched)) || dirname(watched) !== dirname(path)) return false;
  return compilePattern(basename(watched))?.(basename(path)) ?? false;
}
