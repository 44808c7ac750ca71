import { type Connection, type Diagnostic, DocumentDiagnosticReportKind } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { CheckedDocument } from "../checked-document.ts";
import { quietly } from "../quietly.ts";
import { toDiagnostic } from "./diagnostics.ts";
import { SyntaxCheck } from "./syntax.ts";

/** What diagnostics are made of. */
export interface DiagnosticsSource {
  /** The open documents. */
  all(): readonly TextDocument[];
  get(uri: string): TextDocument | undefined;
  checked(document: TextDocument): CheckedDocument;
  /** Tells one state of everything beside the document from another. */
  state(): string;
  /** Whether a Dockerfile's syntax is ours to check. */
  syntax(): boolean;
}

/** Gives the diagnostics of open documents to editors that ask for them, and sends them to those that do not. */
export class Diagnostics {
  readonly #connection: Connection;
  readonly #source: DiagnosticsSource;
  readonly #syntax = new Map<string, SyntaxCheck>();
  /** Whether the editor asks by itself. */
  pulls = false;
  /** Whether the editor can be told to ask again. */
  refreshes = false;

  constructor(connection: Connection, source: DiagnosticsSource) {
    this.#connection = connection;
    this.#source = source;
    connection.languages.diagnostics.on(({ textDocument, previousResultId }) => {
      const document = source.get(textDocument.uri);
      if (!document) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
      const resultId = `${document.version}.${source.state()}`;
      if (previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
      return { kind: DocumentDiagnosticReportKind.Full, resultId, items: this.#of(document) };
    });
  }

  /** Sends those of a document to an editor that does not ask. */
  push(document: TextDocument): void {
    if (this.pulls) return;
    const { uri, version } = document;
    quietly(
      this.#connection,
      this.#connection.sendDiagnostics({ uri, version, diagnostics: this.#of(document) }),
    );
  }

  /** Something beside the documents has changed. */
  refresh(): void {
    if (this.refreshes) quietly(this.#connection, this.#connection.languages.diagnostics.refresh());
    for (const document of this.#source.all()) this.push(document);
  }

  /** Forgets a document that was closed. */
  close(uri: string): void {
    this.#syntax.delete(uri);
    if (!this.pulls) quietly(this.#connection, this.#connection.sendDiagnostics({ uri, diagnostics: [] }));
  }

  #of(document: TextDocument): Diagnostic[] {
    const { source, dockerfile, findings } = this.#source.checked(document);
    const found = findings.map((finding) => toDiagnostic(source.lines, finding));
    if (!this.#source.syntax() || !dockerfile) return found;
    let check = this.#syntax.get(document.uri);
    if (!check) {
      check = new SyntaxCheck();
      this.#syntax.set(document.uri, check);
    }
    return [...check.diagnostics(dockerfile), ...found];
  }
}
