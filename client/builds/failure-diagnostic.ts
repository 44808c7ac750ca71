import * as vscode from "vscode";
import type { BuildFailure } from "../../engine/build/build-event.ts";
import { sentenceOf } from "../../engine/failure.ts";

const shownLines = 5;

/** The failure at the instruction that is at fault; undefined where none is. */
export function failureDiagnostic(
  failure: BuildFailure,
  document: vscode.TextDocument,
): vscode.Diagnostic | undefined {
  const { lines, output } = failure;
  if (!lines || document.lineCount === 0) return undefined;
  const last = document.lineCount - 1;
  const first = document.lineAt(Math.min(lines.start - 1, last));
  const end = document.lineAt(Math.min(lines.end - 1, last));
  const range = new vscode.Range(
    new vscode.Position(first.lineNumber, first.firstNonWhitespaceCharacterIndex),
    end.range.end,
  );
  const printed = output.slice(-shownLines).join("\n");
  const message = printed === "" ? sentenceOf(failure) : `${sentenceOf(failure)}\n${printed}`;
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "lab-images";
  diagnostic.code = "build";
  return diagnostic;
}
