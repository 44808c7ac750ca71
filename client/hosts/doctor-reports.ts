import * as vscode from "vscode";
import type { Host } from "../../engine/connection/host.ts";

const scheme = "lab-images-doctor";

/** What Doctor finds, as read-only documents that grow while it looks; one for each host. */
export class DoctorReports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #newest = new Map<string, DoctorReport>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  /** Begins the report of a host, in place of the one before, and shows it. */
  async begin({ name, url }: Host): Promise<DoctorReport> {
    const uri = vscode.Uri.from({ scheme, path: `/Doctor: ${name.replaceAll("/", "∕")}`, query: url });
    const key = uri.toString();
    const report: DoctorReport = {
      uri,
      add: (line) => {
        // A newer report is in its place.
        if (this.#newest.get(key) !== report) return;
        this.#texts.set(key, `${this.#texts.get(key)}${line}\n`);
        this.#changed.fire(uri);
      },
    };
    this.#newest.set(key, report);
    this.#texts.set(key, `${name}  ${url}\n\n`);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
    return report;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // An editor that VS Code has kept since another session.
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t("Run Doctor again to see how this host is now.");
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

/** The report of one host. */
export interface DoctorReport {
  readonly uri: vscode.Uri;
  add(line: string): void;
}
