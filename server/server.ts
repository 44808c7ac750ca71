import { basename } from "node:path";
import {
  CodeActionKind,
  CodeLensRefreshRequest,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { concernsLab } from "../core/lab/lab-file.ts";
import { manifestName } from "../core/lab/manifest.ts";
import { type CheckedDocument, CheckedDocuments } from "./checked-document.ts";
import { codeActions } from "./features/code-actions.ts";
import { fixAllOf } from "./features/fix-all.ts";
import {
  offerLanguageFeatures,
  registerLanguageFeatures,
  staticCapabilities,
} from "./features/language-features.ts";
import { pinPlace } from "./features/refactor/pin-base.ts";
import { Diagnostics } from "./features/serve-diagnostics.ts";
import { Labs, pathOfUri } from "./labs.ts";
import {
  type FixAllParams,
  type FixAllResult,
  fixAllKind,
  fixAllRequest,
  type PinPlaceResult,
  pinPlaceRequest,
  type ServerSettings,
  settingsNotification,
  type WirePlace,
} from "./protocol.ts";
import { quietly } from "./quietly.ts";
import { WatchedFiles, watchedPaths } from "./watched-files.ts";

/** Of an editor that says nothing. */
const defaultSettings: ServerSettings = {
  language: true,
  inlayHints: { base: true, torchIndex: true },
  codeLenses: false,
  registryCommands: false,
};

/** Serves Dockerfiles, build scripts and manifests over a connection until it is closed. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const labs = new Labs((path) => openText(documents, path));
  const checked = new CheckedDocuments(labs);
  const client = {
    watches: false,
    watchesOutside: false,
    registers: false,
    refreshesHints: false,
    refreshesLenses: false,
    workspaceFolders: false,
  };
  let settings = defaultSettings;
  let watched: WatchedFiles | undefined;

  const takeLabSettings = () => {
    labs.setUser(settings.user);
    labs.setCudaTags(settings.cudaTags);
  };

  connection.onInitialize((params): InitializeResult => {
    const { workspace, textDocument } = params.capabilities;
    diagnostics.pulls = textDocument?.diagnostic !== undefined;
    client.watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    client.watchesOutside = workspace?.didChangeWatchedFiles?.relativePatternSupport === true;
    client.registers = textDocument?.completion?.dynamicRegistration === true;
    diagnostics.refreshes = workspace?.diagnostics?.refreshSupport === true;
    client.refreshesLenses = workspace?.codeLens?.refreshSupport === true;
    client.refreshesHints = workspace?.inlayHint?.refreshSupport === true;
    client.workspaceFolders = workspace?.workspaceFolders === true;
    settings = {
      ...defaultSettings,
      ...(params.initializationOptions as Partial<ServerSettings> | undefined),
    };
    takeLabSettings();
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
        ...(client.registers ? {} : staticCapabilities),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: "lab-images" },
    };
  });

  connection.onInitialized(() => {
    if (client.watches) watched = new WatchedFiles(connection, labs, client.watchesOutside, readAnew);
    if (client.registers) offerLanguageFeatures(connection);
    if (client.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(() => {
        const asked = connection.workspace.getWorkspaceFolders().then((folders) => {
          labs.setWorkspaceFolders((folders ?? []).map(({ uri }) => uri));
          showAnew();
        });
        quietly(connection, asked);
      });
    }
  });

  const diagnostics = new Diagnostics(connection, {
    all: () => documents.all(),
    get: (uri) => documents.get(uri),
    checked: (document) => {
      watched?.watchSoon(() =>
        watchedPaths(
          labs,
          documents.all().map((each) => checked.of(each)),
        ),
      );
      return checked.of(document);
    },
    state: () => `${labs.generation}.${settings.language ? 1 : 0}`,
    syntax: () => settings.language,
  });

  /** What is shown at the documents may be otherwise now. */
  const showAnew = () => {
    diagnostics.refresh();
    if (client.refreshesHints) quietly(connection, connection.languages.inlayHint.refresh());
    if (client.refreshesLenses) quietly(connection, connection.sendRequest(CodeLensRefreshRequest.type));
  };

  /** A file beside the documents has changed. */
  const readAnew = () => {
    labs.forget();
    showAnew();
  };

  /** As it is now, with the files that its fixes change: no watcher tells of each of them, or in time. */
  const checkedNow = (document: TextDocument): CheckedDocument => {
    const known = checked.of(document);
    const changes = known.findings.flatMap(({ fixes = [] }) =>
      fixes.flatMap(({ otherFile }) => otherFile ?? []),
    );
    if (changes.every(({ path, before }) => labs.textOf(path) === before)) return known;
    readAnew();
    return checked.of(document);
  };

  connection.onCodeAction((params) => {
    const document = documents.get(params.textDocument.uri);
    return document ? codeActions(document, checkedNow(document), params, settings.registryCommands) : [];
  });

  connection.onRequest<PinPlaceResult | null, void>(
    pinPlaceRequest,
    ({ uri, position }: WirePlace): PinPlaceResult | null => {
      const document = documents.get(uri);
      const { dockerfile, image } = document ? checked.of(document) : {};
      if (!document || !dockerfile || !image) return null;
      const at = document.offsetAt(position);
      const place = pinPlace({ dockerfile, lab: image }, { start: at, end: at });
      if (place.kind === "none") return place;
      return { ...place, at: document.positionAt(place.at), version: document.version };
    },
  );

  connection.onRequest(fixAllRequest, (params: FixAllParams): FixAllResult | null => {
    const document = documents.get(params.uri);
    return document ? fixAllOf(checkedNow(document)) : null;
  });

  registerLanguageFeatures(connection, {
    of: (uri) => {
      const document = documents.get(uri);
      return document && checked.of(document);
    },
    settings: () => settings,
    manifest: (uri) => {
      const path = pathOfUri(uri);
      const document = path !== undefined && basename(path) === manifestName ? documents.get(uri) : undefined;
      return document && path ? { source: checked.of(document).source, lab: labs.of(path) } : undefined;
    },
    images: () => labs.images(),
  });

  connection.onNotification(settingsNotification, (changed: ServerSettings) => {
    settings = changed;
    takeLabSettings();
    showAnew();
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (!changes.some(({ uri }) => watched?.concerns(uri) ?? true)) return;
    readAnew();
  });

  documents.onDidChangeContent(({ document }) => {
    diagnostics.push(document);
    // What it says holds for the other documents as it is typed; the rest of a lab's files count when they are saved.
    if (basename(pathOfUri(document.uri) ?? "") === manifestName) readAnew();
  });
  documents.onDidClose(({ document }) => {
    checked.forget(document.uri);
    diagnostics.close(document.uri);
    const path = pathOfUri(document.uri);
    // The lab may have been read with what was typed there and never saved: no change on disk tells of that.
    if (path !== undefined && (concernsLab(path) || labs.extendedFiles().includes(path))) readAnew();
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
