import type { LineIndex } from "../core/dockerfile/span.ts";
import type { Finding, Fix } from "../server/rules/rule.ts";

/** One Dockerfile after its check: what every output is made from. */
export interface CheckedFile {
  /** As the user named it. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  /** What the findings' spans count in; empty for a file that was not checked. */
  readonly text: string;
  readonly lines: LineIndex;
  readonly findings: readonly Finding[];
  /** Why it was not checked, or not fixed. */
  readonly failure: string | undefined;
  /** What `--fix` has changed, file by file. */
  readonly changes: readonly FileChange[];
}

/** What `--fix` did to a file. */
export interface FileChange {
  readonly shown: string;
  readonly applied: readonly { readonly finding: Finding; readonly fix: Fix }[];
}

/** The fix that stands for a finding: the one that `--fix` applies, else the preferred one. */
export function mainFix(finding: Finding): Fix | undefined {
  return finding.fixes?.find((fix) => fix.automatic) ?? finding.fixes?.[0];
}

/** Whether `--fix` clears the finding. */
export function isFixable(finding: Finding): boolean {
  return mainFix(finding)?.automatic === true;
}
