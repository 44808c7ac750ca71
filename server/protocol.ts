/**
 * Every message that the client and the server share beyond the Language Server Protocol itself.
 * The client imports nothing else of the server.
 */

/** What the client tells the server with `initialize`, and again when the user changes it. */
export interface ServerSettings {
  /**
   * Whether what any Dockerfile extension does is done here: syntax errors, and completion, symbols and the like of the
   * language itself. Not while another extension does it.
   */
  readonly language: boolean;
  readonly inlayHints: InlayHintSettings;
  /** Whether the commands of code lenses are there and may be run: in VS Code, in a trusted workspace. */
  readonly codeLenses: boolean;
  /** Whether the client's commands that ask a registry are there and may be run: in VS Code, in a trusted workspace. */
  readonly registryCommands: boolean;
  /** Tags of `nvidia/cuda` that a registry had when the user asked it, and that the catalogue lacks. */
  readonly cudaTags?: WireCudaTags;
  /** The lab member's own name (`labImages.user`), for `${user}` in lab-images.json; without it LAB_IMAGES_USER counts. */
  readonly user?: string;
}

export interface WireCudaTags {
  readonly registry: string;
  /** `YYYY-MM-DD` on which it was asked. */
  readonly date: string;
  readonly tags: readonly string[];
}

/** Which inlay hints are shown: the settings `labImages.inlayHints.*`. */
export interface InlayHintSettings {
  /** The image that `FROM ${BASE_IMG}` stands for. */
  readonly base: boolean;
  /** The CUDA of a PyTorch wheel index. */
  readonly torchIndex: boolean;
}

/** `labImages/settings`: the settings, all of them, after a change. */
export const settingsNotification = "labImages/settings";

/** A zero-based position, characters counted in UTF-16 units, as in LSP. */
export interface WirePosition {
  readonly line: number;
  readonly character: number;
}

/** A text edit as LSP writes it. */
export interface WireTextEdit {
  readonly range: { readonly start: WirePosition; readonly end: WirePosition };
  readonly newText: string;
}

/** A change of a file beside the document; one that is not there is made, empty, before it is changed. */
export interface WireFileChange extends WireTextEdit {
  readonly uri: string;
  readonly exists: boolean;
}

/** `labImages/fixAll`: asks for every automatic fix of an open Dockerfile. */
export const fixAllRequest = "labImages/fixAll";

export interface FixAllParams {
  readonly uri: string;
}

export interface FixAllResult {
  /** The version that the edits are for; an edit of another version must be dropped. */
  readonly version: number;
  /** Edits of the Dockerfile; empty when there is nothing to fix. */
  readonly edits: readonly WireTextEdit[];
  /** Files that are put right beside it: `lab-images.json`, `.dockerignore`, `requirements.txt`. */
  readonly otherFiles: readonly WireFileChange[];
  /** How many findings were fixed, and how many are left. */
  readonly fixed: number;
  readonly remaining: number;
}

/** `labImages/pinPlace`: asks where the digest of the base at a position is to be written. */
export const pinPlaceRequest = "labImages/pinPlace";

/** A place in an open document: what `labImages.base.pin` is given. */
export interface WirePlace {
  readonly uri: string;
  readonly position: WirePosition;
}

export type PinPlaceResult =
  | {
      readonly kind: "place";
      /** The version that the place is in. */
      readonly version: number;
      /** The image to ask the registry for: name and tag. */
      readonly reference: string;
      /** Where the digest is inserted, `before` and `@` in front of it. */
      readonly at: WirePosition;
      readonly before: string;
    }
  /** A sentence for the user. */
  | { readonly kind: "none"; readonly why: string };

/** Where documents are checked: not in the left side of a diff, whose problems nobody can mend. */
export const checkedSchemes: readonly string[] = ["file", "untitled", "vscode-vfs"];

/** Client commands that code lenses name; their argument is the Dockerfile's URI as text. */
export const buildCommand = "labImages.image.build";
export const buildAndPushCommand = "labImages.image.buildAndPush";

/** The client command behind "Pin by digest"; its argument is a {@link WirePlace}. */
export const pinBaseCommand = "labImages.base.pin";

/** The code action kind of fix-all. */
export const fixAllKind = "source.fixAll.lab-images";
