import * as vscode from "vscode";
import type { LineRange } from "../../engine/build/build-event.ts";
import { secondsText } from "../../engine/progress/quantities.ts";
import { cancelBuildCommand, showBuildsCommand } from "./build-commands.ts";
import type { BuildRuns } from "./build-runs.ts";
import type { ImageRun } from "./image-run.ts";
import { LineMap } from "./line-map.ts";
import { type StepMark, stepMarks } from "./step-marks.ts";

type MarkState = StepMark["state"];

/** Changes that come together are drawn together (ms). */
const restMs = 50;
const tickMs = 1000;
const longestReason = 80;
const states: readonly MarkState[] = ["running", "cached", "done", "failed", "cancelled"];
const colours: Record<MarkState, string> = {
  running: "charts.blue",
  cached: "descriptionForeground",
  done: "testing.iconPassed",
  failed: "testing.iconFailed",
  cancelled: "descriptionForeground",
};

/** A Dockerfile's lines in one version of a document. */
interface Mapped {
  readonly image: ImageRun;
  readonly version: number;
  readonly lines: LineMap;
}

/**
 * Says at the end of each instruction's first line how far its build is: at work for how long, cached, done, failed and why.
 * A mark goes where its instruction goes, and goes away with the instruction's text, with the next build, and with the
 * document.
 */
export class LineMarks implements vscode.Disposable {
  readonly #types = new Map(states.map((state) => [state, decorationType(state)]));
  readonly #failedLines = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("diffEditor.removedLineBackground"),
  });
  /** The image that was built last, by its Dockerfile's path. */
  readonly #images = new Map<string, ImageRun>();
  readonly #mapped = new WeakMap<vscode.TextDocument, Mapped>();
  readonly #listeners: readonly vscode.Disposable[];
  #waiting: NodeJS.Timeout | undefined;
  #ticks: NodeJS.Timeout | undefined;

  constructor(runs: BuildRuns) {
    this.#listeners = [
      runs.onDidChange(({ image }) => {
        if (image?.started !== undefined && image.isBuilt) this.#take(image);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#soon()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#images.has(document.uri.fsPath)) this.#soon();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.#images.get(uri.fsPath)?.outcome) this.#images.delete(uri.fsPath);
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    clearInterval(this.#ticks);
    for (const each of [...this.#listeners, ...this.#types.values(), this.#failedLines]) each.dispose();
  }

  #take(image: ImageRun): void {
    this.#images.set(image.image.dockerfile, image);
    this.#ticks ??= setInterval(() => this.#tick(), tickMs);
    this.#soon();
  }

  /** While something is at work its seconds are counted. */
  #tick(): void {
    if ([...this.#images.values()].some(({ isWorking }) => isWorking)) this.#soon();
    else {
      clearInterval(this.#ticks);
      this.#ticks = undefined;
    }
  }

  #soon(): void {
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    }, restMs);
  }

  #draw(editor: vscode.TextEditor): void {
    const { document } = editor;
    const image = this.#images.get(document.uri.fsPath);
    if (!image || document.uri.scheme !== "file") return;
    const marks = image.text === undefined ? [] : stepMarks(image, Date.now());
    const shown = new Map<MarkState, vscode.DecorationOptions[]>(states.map((state) => [state, []]));
    const failed: vscode.Range[] = [];
    for (const mark of marks) {
      const lines = this.#linesOf(document, image, image.text ?? "").rangeOf(mark.lines);
      if (!lines) continue;
      shown.get(mark.state)?.push(decorationOf(mark, lines, document));
      if (mark.state === "failed") failed.push(new vscode.Range(lines.start - 1, 0, lines.end - 1, 0));
    }
    editor.setDecorations(this.#failedLines, failed);
    for (const [state, type] of this.#types) editor.setDecorations(type, shown.get(state) ?? []);
  }

  #linesOf(document: vscode.TextDocument, image: ImageRun, text: string): LineMap {
    const known = this.#mapped.get(document);
    if (known?.image === image && known.version === document.version) return known.lines;
    const lines = new LineMap(text, document.getText());
    this.#mapped.set(document, { image, version: document.version, lines });
    return lines;
  }
}

function decorationType(state: MarkState): vscode.TextEditorDecorationType {
  const colour = new vscode.ThemeColor(colours[state]);
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { color: colour, margin: "0 1em 0 2em", fontStyle: "italic" },
    ...(state === "running" || state === "failed"
      ? { overviewRulerColor: colour, overviewRulerLane: vscode.OverviewRulerLane.Left }
      : {}),
  });
}

function decorationOf(
  mark: StepMark,
  lines: LineRange,
  document: vscode.TextDocument,
): vscode.DecorationOptions {
  const { range } = document.lineAt(lines.start - 1);
  const hoverMessage = mark.state === "running" ? hoverOf(document.uri) : undefined;
  return {
    range,
    ...(hoverMessage ? { hoverMessage } : {}),
    renderOptions: { after: { contentText: textOf(mark) } },
  };
}

/** What can be done about an instruction that is at work. */
function hoverOf(uri: vscode.Uri): vscode.MarkdownString {
  const link = (title: string, command: string) =>
    `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([uri.toString()]))})`;
  const show = link(vscode.l10n.t("Show what it prints"), showBuildsCommand);
  const cancel = link(vscode.l10n.t("Cancel the build"), cancelBuildCommand);
  const hover = new vscode.MarkdownString(`${show} | ${cancel}`);
  hover.isTrusted = { enabledCommands: [showBuildsCommand, cancelBuildCommand] };
  return hover;
}

/** The sign and the words say it without a colour too. */
function textOf({ state, worked, exitCode, why }: StepMark): string {
  switch (state) {
    case "running":
      return vscode.l10n.t("▶ at work, {0} s", Math.floor(worked / 1000));
    case "cached":
      return vscode.l10n.t("≡ cached");
    case "done":
      return vscode.l10n.t("✓ done in {0}", secondsText(worked));
    case "cancelled":
      return vscode.l10n.t("⊘ cancelled");
    case "failed":
      if (exitCode !== undefined)
        return vscode.l10n.t("✗ failed with exit code {0} after {1}", exitCode, secondsText(worked));
      return why === undefined ? vscode.l10n.t("✗ failed") : vscode.l10n.t("✗ failed: {0}", shortened(why));
  }
}

function shortened(text: string): string {
  return text.length > longestReason ? `${text.slice(0, longestReason - 1)}…` : text;
}
