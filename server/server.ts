import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { CheckedDocuments } from "./checked-document.ts";
import { codeActions } from "./features/code-actions.ts";
import { toDiagnostic } from "./features/diagnostics.ts";
import { fixAllOf } from "./features/fix-all.ts";
import { languageCapabilities, registerLanguageFeatures } from "./features/language-features.ts";
import { SyntaxCheck } from "./features/syntax.ts";
import { concernsLab, Labs, pathOfUri } from "./labs.ts";
import {
  type FixAllParams,
  type FixAllResult,
  fixAllKind,
  fixAllRequest,
  type ServerSettings,
  settingsNotification,
} from "./protocol.ts";

/** Of an editor that says nothing. */
const defaultSettings: ServerSettings = { language: true, inlayHints: { base: true, torchIndex: true } };

/** Serves Dockerfiles over a connection until it is closed. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const labs = new Labs((path) => openText(documents, path));
  const checked = new CheckedDocuments(labs);
  const syntax = new Map<string, SyntaxCheck>();
  const client = {
    pulls: false,
    watches: false,
    refreshes: false,
    refreshesHints: false,
    workspaceFolders: false,
  };
  let settings = defaultSettings;

  connection.onInitialize((params): InitializeResult => {
    const { workspace, textDocument } = params.capabilities;
    client.pulls = textDocument?.diagnostic !== undefined;
    client.watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    client.refreshes = workspace?.diagnostics?.refreshSupport === true;
    client.refreshesHints = workspace?.inlayHint?.refreshSupport === true;
    client.workspaceFolders = workspace?.workspaceFolders === true;
    settings = {
      ...defaultSettings,
      ...(params.initializationOptions as Partial<ServerSettings> | undefined),
    };
    labs.setWorkspaceFolders(foldersOf(params));
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: {
          identifier: "lab-images",
          interFileDependencies: true,
          workspaceDiagnostics: false,
        },
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, fixAllKind],
        },
        ...languageCapabilities,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: "lab-images" },
    };
  });

  connection.onInitialized(() => {
    if (client.watches) {
      const watchers = ["**/lab-images.json", "**/*{Dockerfile,Containerfile}*", "**/{build*,*.sh}"];
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: watchers.map((globPattern) => ({ globPattern })),
      });
    }
    if (client.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(() => {
        void connection.workspace.getWorkspaceFolders().then((folders) => {
          labs.setWorkspaceFolders((folders ?? []).map(({ uri }) => uri));
          refresh();
        });
      });
    }
  });

  const diagnosticsOf = (document: TextDocument) => {
    const { source, dockerfile, findings } = checked.of(document);
    const found = findings.map((finding) => toDiagnostic(source.lines, finding));
    if (!settings.language || !dockerfile) return found;
    let check = syntax.get(document.uri);
    if (!check) {
      check = new SyntaxCheck();
      syntax.set(document.uri, check);
    }
    return [...check.diagnostics(dockerfile), ...found];
  };

  /** Tells one state of the answer from another: the document's version first. */
  const resultId = (document: TextDocument) =>
    `${document.version}.${labs.generation}.${settings.language ? 1 : 0}`;

  const push = (document: TextDocument) => {
    if (client.pulls) return;
    const { uri, version } = document;
    void connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(document) });
  };

  const refresh = () => {
    if (client.refreshes) void connection.languages.diagnostics.refresh();
    for (const document of documents.all()) push(document);
  };

  connection.languages.diagnostics.on((params) => {
    const document = documents.get(params.textDocument.uri);
    if (!document) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const id = resultId(document);
    if (params.previousResultId === id) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id };
    return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items: diagnosticsOf(document) };
  });

  connection.onCodeAction((params) => {
    const document = documents.get(params.textDocument.uri);
    return document ? codeActions(document, checked.of(document), params) : [];
  });

  connection.onRequest(fixAllRequest, (params: FixAllParams): FixAllResult | null => {
    const document = documents.get(params.uri);
    return document ? fixAllOf(checked.of(document)) : null;
  });

  registerLanguageFeatures(connection, {
    of: (uri) => {
      const document = documents.get(uri);
      return document && checked.of(document);
    },
    settings: () => settings,
    images: () => labs.images(),
  });

  connection.onNotification(settingsNotification, (changed: ServerSettings) => {
    settings = changed;
    refresh();
    if (client.refreshesHints) void connection.languages.inlayHint.refresh();
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (!changes.some(({ uri }) => concernsLab(pathOfUri(uri) ?? ""))) return;
    labs.forget();
    refresh();
  });

  documents.onDidChangeContent(({ document }) => push(document));
  documents.onDidClose(({ document }) => {
    checked.forget(document.uri);
    syntax.delete(document.uri);
    if (!client.pulls) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  documents.listen(connection);
  connection.listen();
}

function foldersOf(params: InitializeParams): string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map(({ uri }) => uri);
  return params.rootUri ? [params.rootUri] : [];
}

function openText(documents: TextDocuments<TextDocument>, path: string): string | undefined {
  return documents
    .all()
    .find(({ uri }) => pathOfUri(uri) === path)
    ?.getText();
}
