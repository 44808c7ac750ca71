import type { RegistryTags } from "../../core/cuda/registry-tags.ts";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { SyntaxTrees } from "../../core/dockerfile/shell/syntax-trees.ts";
import type { Lab } from "../../core/lab/lab.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";
import type { SeverityOverrides } from "../lint/severities.ts";
import type { SuppressibleText } from "../lint/suppressions.ts";
import type { Finding } from "../rules/rule.ts";

/** Where a text stands: on disk, in a lab, or nowhere. */
export interface TextPlace {
  /** Absolute; undefined for a text without a file. */
  readonly path: string | undefined;
  readonly lab: Lab | undefined;
  /** Severities that are not the rules' own: the lab's, as a rule. */
  readonly severities: SeverityOverrides;
  /** Newer tags of `nvidia/cuda`; a lab knows them by itself. */
  readonly cudaTags?: RegistryTags | undefined;
  /** Whether an editor shows mistakes of the JSON itself, as all do: then we do not say them again. */
  readonly showsJsonErrors?: boolean;
  /** What is kept of the version before, where versions follow each other. */
  readonly trees?: SyntaxTrees;
}

/** One text, read once, and what the rules of its kind say of it. */
export interface LintedText {
  /** What positions count in, and what suppression comments cover. */
  readonly source: SuppressibleText;
  /** In the text's order. */
  readonly findings: readonly Finding[];
  /** The same text as a Dockerfile, where it is one. */
  readonly dockerfile?: Dockerfile;
  /** What its lab says of the image that the Dockerfile defines. */
  readonly image?: LabImage;
  /** The files (absolute, the last part perhaps a pattern) whose being there changes the findings. */
  readonly dependsOn?: () => readonly string[];
}

/** Reads and checks one version after another of the text in one place. */
export type Linter = (text: string) => LintedText;

/** A kind of file that has rules. */
export interface TextKind {
  /** Whether an editor's document of this language and file name is of this kind. */
  opens(language: string, name: string): boolean;
  /** Whether a file of this name and text is of this kind, when nothing says its language. */
  takes(name: string, text: string): boolean;
  linterAt(place: TextPlace): Linter;
}
