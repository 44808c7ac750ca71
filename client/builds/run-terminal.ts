import * as vscode from "vscode";
import { printable } from "../../engine/progress/cells.ts";
import { ScrolledLabProgress } from "../../engine/progress/scrolled-lab-progress.ts";
import type { BuildRun, RunRequest } from "./build-run.ts";
import { headingOf } from "./run-summary.ts";
import { unsavedOf } from "./unsaved-notes.ts";

const interrupt = "\u0003";
/** Sizes of a terminal that was never shown. */
const usual = { columns: 80, rows: 24 };

/** A terminal that shows runs, one after the other. Ctrl+C cancels the one that goes on, and so does closing it. */
export class RunTerminal implements vscode.Pseudoterminal {
  readonly #wrote = new vscode.EventEmitter<string>();
  readonly #named = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#wrote.event;
  readonly onDidChangeName = this.#named.event;
  readonly onDidClose = this.#closed.event;
  /** What is written before VS Code shows it; undefined once it does. */
  #waiting: string[] | undefined = [];
  #dimensions: vscode.TerminalDimensions = usual;
  #run: BuildRun | undefined;
  #exitCode: number | undefined;
  #isClosed = false;

  /** The run that is shown, or was last. */
  get run(): BuildRun | undefined {
    return this.#run;
  }

  /** Shows a run below what is there already. */
  show(run: BuildRun): void {
    const again = this.#run !== undefined;
    this.#run = run;
    // Closed while the run was on its way here.
    if (this.#isClosed) run.cancel();
    const { title, host } = run.request;
    this.#named.fire(title);
    const progress = new ScrolledLabProgress({
      write: (text) => this.#write(text),
      colour: true,
      width: () => this.#dimensions.columns,
      height: () => this.#dimensions.rows,
    });
    if (again) progress.note("");
    progress.note(headingOf(run.request));
    noteUnsavedFiles(run.request, progress);
    for (const each of run.request.lost ?? []) progress.note(printable(each));
    progress.note("");
    progress.waitFor(vscode.l10n.t("Connecting to {0}", host.name));
    const listener = run.onDidTake((event) => {
      if (event.kind === "image-started") noteUnsaved(run, event.image, progress);
      progress.show(event);
    });
    const changes = run.onDidChange((image) => {
      if (!image && run.isCancelled) progress.waitFor(vscode.l10n.t("Cancelling"));
    });
    void run.result
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        for (const line of reason.split("\n")) progress.note(printable(line));
      })
      .then(() => {
        listener.dispose();
        changes.dispose();
        progress.end();
      });
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    this.#dimensions = dimensions ?? usual;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const text of waiting) this.#wrote.fire(text);
    if (this.#exitCode !== undefined) this.#closed.fire(this.#exitCode);
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.#dimensions = dimensions;
  }

  handleInput(data: string): void {
    if (data === interrupt) this.#run?.cancel();
  }

  /** Ends the terminal, as a task's does when it is done. */
  end(exitCode: number): void {
    this.#exitCode = exitCode;
    if (!this.#waiting) this.#closed.fire(exitCode);
  }

  /** Writes a line that is no run's. */
  say(line: string): void {
    this.#write(`${line}\n`);
  }

  close(): void {
    this.#isClosed = true;
    this.#run?.cancel();
  }

  #write(text: string): void {
    const shown = text.replaceAll("\n", "\r\n");
    if (this.#waiting) this.#waiting.push(shown);
    else this.#wrote.fire(shown);
  }
}

/** Says of files beside the Dockerfiles whether they count as they are seen or as on disk, where that differs. */
function noteUnsavedFiles(request: RunRequest, progress: ScrolledLabProgress): void {
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === "file");
  const { counting, onDiskOnly } = unsavedOf(
    request,
    dirty.map(({ uri }) => uri.fsPath),
  );
  const shown = (path: string) => vscode.workspace.asRelativePath(path);
  for (const path of counting) progress.note(vscode.l10n.t("The unsaved text of {0} counts.", shown(path)));
  for (const path of onDiskOnly)
    progress.note(vscode.l10n.t("{0} is not saved: what is on disk counts.", shown(path)));
}

/** Says which text is built where that is not the one on disk. */
function noteUnsaved({ images }: BuildRun, name: string, progress: ScrolledLabProgress): void {
  const image = images.find((each) => each.image.name === name);
  if (!image?.unsaved || !image.isBuilt) return;
  const path = vscode.workspace.asRelativePath(image.image.dockerfile);
  progress.note(vscode.l10n.t("The unsaved text of {0} is built.", path));
}
