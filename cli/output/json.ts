import type { Position, Span } from "../../core/dockerfile/span.ts";
import type { Finding, Severity } from "../../server/rules/rule.ts";
import { type CheckedFile, mainFix } from "../checked-file.ts";
import { shownPath } from "../shown-path.ts";

interface JsonRange {
  readonly start: Position;
  readonly end: Position;
}

interface JsonFix {
  readonly title: string;
  readonly automatic: boolean;
  readonly edits: readonly { readonly range: JsonRange; readonly newText: string }[];
  readonly otherFile?: { readonly path: string; readonly text: string };
}

interface JsonFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: JsonRange;
  readonly fix: JsonFix | null;
}

interface JsonFile {
  readonly path: string;
  readonly error?: string;
  readonly findings: readonly JsonFinding[];
}

/** What `--format json` prints. */
interface JsonReport {
  /** What went wrong beside single files, each a sentence. */
  readonly errors?: readonly string[];
  readonly files: readonly JsonFile[];
}

/** The findings, and what went wrong otherwise, as JSON; positions as in the Language Server Protocol. */
export function jsonOutput(
  files: readonly CheckedFile[],
  problems: readonly string[],
  start: string,
): string {
  const output: JsonReport = {
    ...(problems.length === 0 ? {} : { errors: problems }),
    files: files.map((file) => ({
      path: file.shown,
      ...(file.failure === undefined ? {} : { error: file.failure }),
      findings: file.findings.map((finding) => jsonFinding(file, finding, start)),
    })),
  };
  return `${JSON.stringify(output, undefined, 2)}\n`;
}

function jsonFinding(file: CheckedFile, finding: Finding, start: string): JsonFinding {
  const { code, severity, message, span } = finding;
  return { code, severity, message, range: rangeOf(file, span), fix: jsonFix(file, finding, start) };
}

function jsonFix(file: CheckedFile, finding: Finding, start: string): JsonFix | null {
  const fix = mainFix(finding);
  if (!fix) return null;
  const { title, automatic, edits, otherFile } = fix;
  return {
    title,
    automatic,
    edits: edits.map(({ span, newText }) => ({ range: rangeOf(file, span), newText })),
    ...(otherFile && { otherFile: { path: shownPath(otherFile.path, start), text: otherFile.after } }),
  };
}

function rangeOf({ lines }: CheckedFile, span: Span): JsonRange {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}
