import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import type { Connection, Location, Position, ServerCapabilities } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { formattingEdits } from "./formatting.ts";
import { nameAt, renameAt } from "./rename.ts";

/** What `dockerfile-language-service` does well enough as it is. */
export const serviceCapabilities = {
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  signatureHelpProvider: { triggerCharacters: [" ", "-", "=", "[", ","] },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
} satisfies ServerCapabilities;

/**
 * Hands what an editor asks on to the language service, which reads the text anew each time. `dockerfileOf` gives
 * nothing where another extension does all this; `definitionOfImage` goes first.
 */
export function registerLanguageService(
  connection: Connection,
  dockerfileOf: (uri: string) => Dockerfile | undefined,
  definitionOfImage: (uri: string, position: Position) => Location | undefined,
): void {
  const service = DockerfileLanguageServiceFactory.createLanguageService();
  const textOf = (uri: string) => dockerfileOf(uri)?.text;

  connection.onDocumentHighlight(({ textDocument, position }) => {
    const text = textOf(textDocument.uri);
    return text === undefined ? [] : service.computeHighlightRanges(text, position);
  });
  // The service leaves out mounts, other stages and FROM in another case; names of here-documents it knows.
  connection.onPrepareRename(({ textDocument, position }) => {
    const file = dockerfileOf(textDocument.uri);
    if (!file) return null;
    return nameAt(file, file.lines.offsetAt(position)) ?? service.prepareRename(file.text, position);
  });
  connection.onRenameRequest(({ textDocument, position, newName }) => {
    const file = dockerfileOf(textDocument.uri);
    if (!file) return null;
    const edits =
      renameAt(file, file.lines.offsetAt(position), newName) ??
      service.computeRename(textDocument, file.text, position, newName);
    return { changes: { [textDocument.uri]: edits } };
  });
  connection.onSignatureHelp(({ textDocument, position }) => {
    const text = textOf(textDocument.uri);
    return text === undefined ? null : service.computeSignatureHelp(text, position);
  });
  connection.onDocumentFormatting(({ textDocument, options }) => {
    const file = dockerfileOf(textDocument.uri);
    return file ? formattingEdits(file, options) : [];
  });
  connection.onDocumentRangeFormatting(({ textDocument, range, options }) => {
    const file = dockerfileOf(textDocument.uri);
    return file ? formattingEdits(file, options, range) : [];
  });
  connection.onDefinition(({ textDocument, position }) => {
    const own = definitionOfImage(textDocument.uri, position);
    if (own) return own;
    const text = textOf(textDocument.uri);
    return text === undefined ? null : service.computeDefinition(textDocument, text, position);
  });
}
