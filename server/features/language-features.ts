import type { Connection, ServerCapabilities } from "vscode-languageserver";
import type { CheckedDocument } from "../checked-document.ts";
import type { ServerSettings } from "../protocol.ts";
import { completions, completionTriggers } from "./completion/completions.ts";
import { InstructionItems } from "./completion/instructions.ts";
import { hover } from "./hover/hover.ts";
import { inlayHints } from "./inlay-hints.ts";

/** What the features of this file can do. */
export const languageCapabilities: ServerCapabilities = {
  completionProvider: { triggerCharacters: completionTriggers },
  hoverProvider: true,
  inlayHintProvider: true,
};

/** What features ask of the server. */
export interface LanguageSource {
  /** An open document; undefined for one that is not open. */
  of(uri: string): CheckedDocument | undefined;
  settings(): ServerSettings;
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
}
