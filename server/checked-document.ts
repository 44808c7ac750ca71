import { basename } from "node:path";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { SyntaxTrees } from "../core/dockerfile/shell/syntax-trees.ts";
import { kindOfDocument } from "./kinds/all-kinds.ts";
import type { LintedText } from "./kinds/text-kind.ts";
import { unchecked } from "./kinds/unchecked.ts";
import { type Labs, pathOfUri } from "./labs.ts";
import { severityOverrides } from "./lint/severities.ts";
import type { Finding } from "./rules/rule.ts";

/** One version of an open document with its findings. */
export interface CheckedDocument extends LintedText {
  readonly version: number;
  /** Lints another text of the same file: what fix-all asks after each pass. */
  readonly check: (text: string) => readonly Finding[];
}

/** Checks each version of a document once, however many features ask. */
export class CheckedDocuments {
  readonly #labs: Labs;
  readonly #checked = new Map<
    string,
    CheckedDocument & { readonly generation: number; readonly trees: SyntaxTrees }
  >();

  constructor(labs: Labs) {
    this.#labs = labs;
  }

  of(document: TextDocument): CheckedDocument {
    const known = this.#checked.get(document.uri);
    const generation = this.#labs.generation;
    if (known?.version === document.version && known.generation === generation) return known;
    const trees = known?.trees ?? new SyntaxTrees();
    const checked = { ...this.#check(document, trees), generation, trees };
    this.#checked.set(document.uri, checked);
    return checked;
  }

  forget(uri: string): void {
    this.#checked.delete(uri);
  }

  #check(document: TextDocument, trees: SyntaxTrees): CheckedDocument {
    const { uri, version, languageId } = document;
    const text = document.getText();
    const path = pathOfUri(uri);
    const kind = kindOfDocument(languageId, basename(path ?? uri));
    const labs = this.#labs;
    const linter = kind?.linterAt({
      path,
      showsJsonErrors: true,
      cudaTags: labs.cudaTags,
      trees,
      get lab() {
        return path === undefined ? undefined : labs.of(path);
      },
      get severities() {
        return severityOverrides(this.lab?.manifest);
      },
    });
    return {
      ...(linter ?? unchecked)(text),
      version,
      check: (other) => linter?.(other).findings ?? [],
    };
  }
}
