import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Dockerfile, parseDockerfile } from "../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../core/lab/lab-image.ts";
import type { Manifest } from "../core/lab/manifest.ts";
import { type Labs, pathOfUri } from "./labs.ts";
import { lint } from "./lint/lint.ts";
import { severityOverrides } from "./lint/severities.ts";
import { allRules } from "./rules/all-rules.ts";
import type { Finding } from "./rules/rule.ts";

/** One version of an open Dockerfile with its findings. */
export interface CheckedDocument {
  readonly version: number;
  readonly dockerfile: Dockerfile;
  readonly findings: readonly Finding[];
  /** Lints another text of the same file: what fix-all asks after each pass. */
  readonly check: (text: string) => Finding[];
}

/** Checks each version of a document once, however many features ask. */
export class CheckedDocuments {
  readonly #labs: Labs;
  readonly #checked = new Map<string, CheckedDocument & { readonly generation: number }>();

  constructor(labs: Labs) {
    this.#labs = labs;
  }

  of(document: TextDocument): CheckedDocument {
    const known = this.#checked.get(document.uri);
    const generation = this.#labs.generation;
    if (known?.version === document.version && known.generation === generation) return known;
    const checked = { ...this.#check(document), generation };
    this.#checked.set(document.uri, checked);
    return checked;
  }

  forget(uri: string): void {
    this.#checked.delete(uri);
  }

  #check(document: TextDocument): CheckedDocument {
    const path = pathOfUri(document.uri);
    const lab = path === undefined ? undefined : this.#labs.of(path);
    const image: LabImage = lab && path !== undefined ? lab.image(path) : noLab;
    const dockerfile = parseDockerfile(document.getText(), image);
    const check = checker(image, lab?.manifest);
    return {
      version: document.version,
      dockerfile,
      findings: check(dockerfile),
      check: (text) => check(parseDockerfile(text, image)),
    };
  }
}

function checker(lab: LabImage, manifest: Manifest | undefined): (dockerfile: Dockerfile) => Finding[] {
  const overrides = severityOverrides(manifest);
  return (dockerfile) => lint({ dockerfile, lab }, allRules, overrides);
}
