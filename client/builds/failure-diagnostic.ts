import * as vscode from "vscode";
import type { LineRange } from "../../engine/build/build-event.ts";
import { sentenceOf } from "../../engine/failure.ts";
import { type PlacedFailure, shownLines } from "./placed-failure.ts";

/** The code of diagnostics that a build leaves. */
export const buildCode = "build";

/** The failure at the lines of its instruction in a text, counted from 1. */
export function failureDiagnostic(failure: PlacedFailure, at: LineRange, text: string): vscode.Diagnostic {
  const lines = text.split(/\r?\n/);
  const line = (number: number) => lines[Math.min(number, lines.length) - 1] ?? "";
  const first = Math.min(at.start, lines.length);
  const last = Math.min(at.end, lines.length);
  const range = new vscode.Range(first - 1, line(first).search(/\S|$/), last - 1, line(last).length);
  const printed = (failure.output ?? []).slice(-shownLines).join("\n");
  const message = printed === "" ? sentenceOf(failure) : `${sentenceOf(failure)}\n${printed}`;
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "lab-images";
  diagnostic.code = buildCode;
  return diagnostic;
}
