import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { type BuildRecord, textDigest } from "./build-results.ts";
import { failureDiagnostic } from "./failure-diagnostic.ts";
import { LineMap } from "./line-map.ts";
import { blamesInstruction, type PlacedFailure } from "./placed-failure.ts";

interface Failed {
  readonly failure: PlacedFailure;
  /** The Dockerfile's text that was built. */
  readonly text: string;
}

/**
 * The failures of the last builds as diagnostics at their instructions. One goes where its instruction goes, is hidden while
 * the instruction's text is another, and goes away with the next build.
 */
export class BuildFailures implements vscode.Disposable {
  readonly #diagnostics = vscode.languages.createDiagnosticCollection("lab-images-build");
  /** By the Dockerfile's path. */
  readonly #failed = new Map<string, Failed>();
  /** Dockerfiles that were built in this window. */
  readonly #seen = new Set<string>();
  readonly #listener = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    const failed = this.#failed.get(document.uri.fsPath);
    if (failed && document.uri.scheme === "file") this.#show(document.uri, failed, document.getText());
  });

  /** Shows a failure; gives its place, undefined where no instruction is at fault. */
  set(path: string, failure: PlacedFailure, text: string): vscode.Location | undefined {
    this.clear(path);
    if (!blamesInstruction(failure)) return undefined;
    const uri = vscode.Uri.file(path);
    const failed = { failure, text };
    this.#failed.set(path, failed);
    const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    return this.#show(uri, failed, open?.getText() ?? text);
  }

  /** Shows those of an earlier window whose Dockerfile is as it was built. */
  async restore(records: readonly BuildRecord[]): Promise<void> {
    for (const { dockerfile, failure, text } of records) {
      if (!failure || !blamesInstruction(failure)) continue;
      const now = await readFile(dockerfile, "utf8").catch(() => undefined);
      // One that was built in the meantime has something newer to say.
      if (now !== undefined && textDigest(now) === text && !this.#seen.has(dockerfile))
        this.set(dockerfile, failure, now);
    }
  }

  /** What is shown of a Dockerfile at `path`. */
  of(path: string): PlacedFailure | undefined {
    return this.#failed.get(path)?.failure;
  }

  clear(path: string): void {
    this.#seen.add(path);
    if (this.#failed.delete(path)) this.#diagnostics.delete(vscode.Uri.file(path));
  }

  dispose(): void {
    this.#listener.dispose();
    this.#diagnostics.dispose();
  }

  #show(uri: vscode.Uri, { failure, text }: Failed, now: string): vscode.Location | undefined {
    const at = failure.lines && new LineMap(text, now).rangeOf(failure.lines);
    const diagnostic = at && failureDiagnostic(failure, at, now);
    this.#diagnostics.set(uri, diagnostic && [diagnostic]);
    return diagnostic && new vscode.Location(uri, diagnostic.range);
  }
}
