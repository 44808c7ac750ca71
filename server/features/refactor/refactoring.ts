import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import type { Finding, Fix } from "../../rules/rule.ts";

/** A change that mends nothing: the image stays what it is. */
export interface Refactoring extends Pick<Fix, "title" | "edits" | "otherFile"> {
  readonly kind: "refactor.rewrite" | "refactor.inline" | "refactor.extract";
}

/** Where the author stands. */
export interface RefactoringPlace {
  readonly dockerfile: Dockerfile;
  readonly lab: LabImage;
  /** What the rules say of it. */
  readonly findings: readonly Finding[];
  /** The cursor, or what is selected. */
  readonly selection: Span;
}

/** Offers what can be done at a place; nothing where the result would not do the same. */
export type Refactor = (place: RefactoringPlace) => Iterable<Refactoring>;
