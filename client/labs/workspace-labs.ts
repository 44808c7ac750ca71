import { existsSync } from "node:fs";
import { basename, dirname, sep } from "node:path";
import * as vscode from "vscode";
import { escapeGlob } from "../../core/escape-glob.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { concernsLab, labFileGlobs } from "../../core/lab/lab-file.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import { findDockerfiles, findInWorkspace } from "./find-files.ts";
import { labRootOfFile, readLabAt } from "./read-lab.ts";

/** How long (ms) files rest before the labs are said to have changed. */
const rest = 200;

/**
 * The labs of the workspace's folders that are on disk, with a manifest or without. They are looked for when they are first
 * asked for, and again when one of their files changed: until then nothing is read or watched.
 */
export class WorkspaceLabs implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** A file of a lab, or the user's name in the settings, changed since the labs were asked for. */
  readonly onDidChange = this.#changed.event;
  #labs: Promise<readonly Lab[]> | undefined;
  /** The folders that hold their manifests and Dockerfiles. */
  #folders: readonly string[] = [];
  #watchers: vscode.Disposable[] = [];
  /** Of files that manifests extend, by their paths. */
  #extended: { readonly key: string; readonly watchers: vscode.Disposable } | undefined;
  #waiting: NodeJS.Timeout | undefined;

  /** Those that have an image or a manifest, in the order of their paths. */
  all(): Promise<readonly Lab[]> {
    if (this.#watchers.length === 0) this.#watch();
    // A watcher may miss that a folder is gone, or tell of it late.
    if (!this.#folders.every((each) => existsSync(each))) this.#labs = undefined;
    this.#labs ??= this.#find();
    return this.#labs;
  }

  /** Has them looked for anew: for what no watcher tells of. */
  forget(): void {
    this.#labs = undefined;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#changed.fire(), rest);
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    for (const each of this.#watchers) each.dispose();
    this.#extended?.watchers.dispose();
    this.#changed.dispose();
  }

  async #find(): Promise<readonly Lab[]> {
    const [manifests, dockerfiles] = await Promise.all([
      findInWorkspace(`**/${manifestName}`),
      findDockerfiles(),
    ]);
    this.#folders = [...new Set([...manifests, ...dockerfiles].map(({ fsPath }) => dirname(fsPath)))];
    const roots = new Set([
      ...manifests.map(({ fsPath }) => dirname(fsPath)),
      ...dockerfiles.map((each) => labRootOfFile(each)),
    ]);
    const labs = [...roots].sort().map((root) => readLabAt(vscode.Uri.file(root)));
    this.#watchExtended(labs.flatMap(({ manifest }) => manifest?.files ?? []));
    return labs.filter(({ manifest, imageNames }) => manifest || imageNames.length > 0);
  }

  #watch(): void {
    this.#watchers = [
      ...labFileGlobs.map((glob) => this.#watcher(glob, concernsLab)),
      this.#folderWatcher(),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.forget()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.forget()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("labImages.user")) this.forget();
      }),
    ];
  }

  #watchExtended(paths: readonly string[]): void {
    const key = JSON.stringify([...paths].sort());
    if (key === this.#extended?.key) return;
    this.#extended?.watchers.dispose();
    const watchers = paths.map((path) => {
      const folder = vscode.Uri.file(dirname(path));
      return this.#watcher(new vscode.RelativePattern(folder, escapeGlob(basename(path))), () => true);
    });
    this.#extended = { key, watchers: vscode.Disposable.from(...watchers) };
  }

  /** Of a folder that is deleted the editor tells, and not of the files in it. */
  #folderWatcher(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher("**", true, true, false);
    watcher.onDidDelete(({ fsPath }) => {
      if (this.#folders.some((each) => each === fsPath || each.startsWith(fsPath + sep))) this.forget();
    });
    return watcher;
  }

  #watcher(pattern: vscode.GlobPattern, concerns: (path: string) => boolean): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const look = ({ fsPath }: vscode.Uri) => {
      if (concerns(fsPath)) this.forget();
    };
    watcher.onDidCreate(look);
    watcher.onDidChange(look);
    watcher.onDidDelete(look);
    return watcher;
  }
}
