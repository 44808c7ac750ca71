import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { LineIndex } from "../../core/dockerfile/span.ts";
import { unusedSuppression } from "../lint/suppressions.ts";
import { unreadCode } from "../lint/unread.ts";
import { docsUrl } from "../rules/docs-url.ts";
import type { Finding, Severity } from "../rules/rule.ts";
import { toRange } from "./to-lsp.ts";

/** The `source` of every diagnostic of ours. */
export const diagnosticSource = "lab-images";

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toDiagnostic(lines: LineIndex, finding: Finding): Diagnostic {
  const diagnostic: Diagnostic = {
    range: toRange(lines, finding.span),
    severity: severities[finding.severity],
    source: diagnosticSource,
    code: finding.code,
    message: finding.message,
  };
  if (finding.code === unusedSuppression) diagnostic.tags = [DiagnosticTag.Unnecessary];
  else if (finding.code !== unreadCode) diagnostic.codeDescription = { href: docsUrl(finding.code) };
  return diagnostic;
}
