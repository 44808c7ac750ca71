import type { Span } from "../../core/dockerfile/span.ts";
import type { LabValues } from "../../core/lab/lab-image.ts";
import type { FactSource, Facts } from "./facts.ts";

export type Severity = "error" | "warning" | "info" | "hint";

/** A replacement of `span` by `newText`; an insertion has an empty span. */
export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** Edits of another file than the one that is checked. */
export interface FileEdit {
  /** Absolute path. */
  readonly path: string;
  /** The file's whole text before, `undefined` when it does not exist yet. */
  readonly before: string | undefined;
  readonly after: string;
}

/** A change that clears a finding. */
export interface Fix {
  /** What the editor's menu says; a verb first: "Add --no-install-recommends". */
  readonly title: string;
  /** Whether fix-all and `--fix` apply it; otherwise only the one who asks gets it. */
  readonly automatic: boolean;
  /** In the checked Dockerfile; they do not overlap. */
  readonly edits: readonly Edit[];
  /** A change of another file (`lab-images.json`), if that is where the mistake is put right. */
  readonly otherFile?: FileEdit;
}

/** What a rule says of one place. */
export interface RuleReport {
  /** The exact words at fault. */
  readonly span: Span;
  /** What is wrong, what it costs, and what to write. */
  readonly message: string;
  /** Only where it differs from the rule's own. */
  readonly severity?: Severity;
  /** Preferred first. */
  readonly fixes?: readonly Fix[];
}

/** A report with its rule's code and the severity that is in force: one object behind every output. */
export interface Finding extends RuleReport {
  readonly code: string;
  readonly severity: Severity;
}

/** What a rule is given: one Dockerfile, what its lab says of it, and what other rules asked before. */
export interface ImageUnderCheck extends FactSource {
  readonly facts: Facts;
}

/** A Dockerfile with the mistake, and the same after its automatic fixes. */
export interface RuleExample {
  /** A short name for docs and tests. */
  readonly title: string;
  readonly bad: string;
  /** What the rule's automatic fixes make of `bad`; left out where the rule has none for it. */
  readonly good?: string;
  /** The words at fault in `bad`, one for each finding, in order. */
  readonly at: readonly string[];
}

/** A convention as a value: its documentation, its examples (which are its tests) and its check. */
export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  /** One line: what it finds. */
  readonly summary: string;
  /** Why it matters to a lab, in a few sentences of Markdown. */
  readonly why: string;
  readonly examples: readonly RuleExample[];
  /** What the lab of `examples` and `fine` sets, for a rule that is silent without it. */
  readonly exampleLab?: LabValues;
  /** Dockerfiles that must give no finding: the right answers and what looks like the mistake but is none. */
  readonly fine: readonly string[];
  /** Pure: the same image gives the same reports, in the document's order. */
  check(image: ImageUnderCheck): Iterable<RuleReport>;
}
