import {
  type Connection,
  type Position,
  RegistrationRequest,
  type ServerCapabilities,
} from "vscode-languageserver";
import type { Lab } from "../../core/lab/lab.ts";
import { manifestName } from "../../core/lab/manifest.ts";
import type { CheckedDocument } from "../checked-document.ts";
import type { SuppressibleText } from "../lint/suppressions.ts";
import { checkedSchemes, type ServerSettings } from "../protocol.ts";
import { quietly } from "../quietly.ts";
import { codeLenses } from "./code-lenses.ts";
import { completions, completionTriggers } from "./completion/completions.ts";
import { InstructionItems } from "./completion/instructions.ts";
import { baseDefinition, manifestDefinition } from "./definition.ts";
import { foldingRanges } from "./folding.ts";
import { hover } from "./hover/hover.ts";
import { inlayHints } from "./inlay-hints.ts";
import { registerLanguageService, serviceCapabilities } from "./language-service.ts";
import { imageLinks } from "./links.ts";
import { selectionRange } from "./selection-ranges.ts";
import { semanticTokens, semanticTokensLegend } from "./semantic-tokens.ts";
import { documentSymbols, imageSymbols, type NamedImage } from "./symbols.ts";

/** What the features of this file can do with Dockerfiles. */
const languageCapabilities = {
  completionProvider: { triggerCharacters: completionTriggers },
  hoverProvider: true,
  inlayHintProvider: true,
  codeLensProvider: {},
  definitionProvider: true,
  documentLinkProvider: {},
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: { legend: semanticTokensLegend, full: true },
  ...serviceCapabilities,
} satisfies ServerCapabilities;

/** For an editor that takes capabilities only at the start: then they hold for build scripts and manifests too. */
export const staticCapabilities: ServerCapabilities = {
  ...languageCapabilities,
  workspaceSymbolProvider: true,
};

const methods: Readonly<Record<keyof typeof languageCapabilities, string>> = {
  completionProvider: "textDocument/completion",
  hoverProvider: "textDocument/hover",
  inlayHintProvider: "textDocument/inlayHint",
  codeLensProvider: "textDocument/codeLens",
  definitionProvider: "textDocument/definition",
  documentLinkProvider: "textDocument/documentLink",
  documentSymbolProvider: "textDocument/documentSymbol",
  foldingRangeProvider: "textDocument/foldingRange",
  selectionRangeProvider: "textDocument/selectionRange",
  semanticTokensProvider: "textDocument/semanticTokens",
  documentHighlightProvider: "textDocument/documentHighlight",
  renameProvider: "textDocument/rename",
  signatureHelpProvider: "textDocument/signatureHelp",
  documentFormattingProvider: "textDocument/formatting",
  documentRangeFormattingProvider: "textDocument/rangeFormatting",
};

/** Offers the features for Dockerfiles alone: no other file of ours has another formatter or outline for it. */
export function offerLanguageFeatures(connection: Connection): void {
  const documentSelector = checkedSchemes.map((scheme) => ({ language: "dockerfile", scheme }));
  const registrations = Object.entries(languageCapabilities).map(([capability, options]) => ({
    id: `lab-images.${capability}`,
    method: methods[capability as keyof typeof languageCapabilities],
    registerOptions: { documentSelector, ...(typeof options === "object" && options) },
  }));
  registrations.push({
    id: "lab-images.manifestDefinition",
    method: methods.definitionProvider,
    registerOptions: {
      documentSelector: checkedSchemes.map((scheme) => ({
        language: "jsonc",
        pattern: `**/${manifestName}`,
        scheme,
      })),
    },
  });
  registrations.push({
    id: "lab-images.workspaceSymbols",
    method: "workspace/symbol",
    registerOptions: { documentSelector },
  });
  quietly(connection, connection.sendRequest(RegistrationRequest.type, { registrations }));
}

/** What features ask of the server. */
export interface LanguageSource {
  /** An open document; undefined for one that is not open. */
  of(uri: string): CheckedDocument | undefined;
  settings(): ServerSettings;
  /** An open manifest and its lab; undefined for any other document. */
  manifest(uri: string): { readonly source: SuppressibleText; readonly lab: Lab } | undefined;
  /** The images of the workspace. */
  images(): readonly NamedImage[];
}

/** Answers what an editor asks while a Dockerfile is written. */
export function registerLanguageFeatures(connection: Connection, source: LanguageSource): void {
  const instructions = new InstructionItems();
  /** An open Dockerfile and what its lab says of it. */
  const opened = (uri: string) => {
    const { dockerfile, image, findings } = source.of(uri) ?? {};
    return dockerfile && image && findings && { dockerfile, lab: image, findings };
  };

  connection.onCompletion(({ textDocument, position }) => {
    const file = opened(textDocument.uri);
    const language = source.settings().language ? instructions : undefined;
    return file ? completions({ ...file, position, language }) : [];
  });

  connection.onHover(({ textDocument, position }) => {
    const file = opened(textDocument.uri);
    return file ? hover(file.dockerfile, file.findings, file.lab, position) : null;
  });

  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const file = opened(textDocument.uri);
    return file ? inlayHints(file.dockerfile, file.lab, range, source.settings().inlayHints) : [];
  });

  connection.onCodeLens(({ textDocument }) => {
    const file = source.settings().codeLenses ? opened(textDocument.uri) : undefined;
    return file ? codeLenses(textDocument.uri, file.dockerfile, file.lab) : [];
  });

  connection.onDocumentLinks(({ textDocument }) => {
    const file = opened(textDocument.uri);
    return file ? imageLinks(file.dockerfile, file.lab) : [];
  });

  connection.onWorkspaceSymbol(({ query }) => imageSymbols(source.images(), query));

  /** A Dockerfile whose language is ours to serve. */
  const ours = (uri: string) => (source.settings().language ? opened(uri)?.dockerfile : undefined);

  connection.onDocumentSymbol(({ textDocument }) => {
    const dockerfile = ours(textDocument.uri);
    return dockerfile ? documentSymbols(dockerfile) : [];
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const dockerfile = ours(textDocument.uri);
    return dockerfile ? foldingRanges(dockerfile) : [];
  });
  connection.onSelectionRanges(({ textDocument, positions }) => {
    const dockerfile = ours(textDocument.uri);
    return dockerfile ? positions.map((position) => selectionRange(dockerfile, position)) : [];
  });
  connection.languages.semanticTokens.on(({ textDocument }) => {
    const dockerfile = ours(textDocument.uri);
    return dockerfile ? semanticTokens(dockerfile) : { data: [] };
  });

  const definitionOfImage = (uri: string, position: Position) => {
    const file = opened(uri);
    if (file) return baseDefinition(file.dockerfile, file.lab, position);
    const manifest = source.manifest(uri);
    return manifest && manifestDefinition(manifest.source, position, manifest.lab);
  };
  registerLanguageService(connection, ours, definitionOfImage);
}
