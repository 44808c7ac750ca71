import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { CheckedDocument } from "../checked-document.ts";
import type { SuppressibleText } from "../lint/suppressions.ts";
import { fixAllKind, pinBaseCommand, type WirePlace } from "../protocol.ts";
import type { Finding, Fix } from "../rules/rule.ts";
import { toDiagnostic } from "./diagnostics.ts";
import { documentChanges, fileChange } from "./file-change.ts";
import { fixAllOf } from "./fix-all.ts";
import { refactoringsAt } from "./refactor/all-refactorings.ts";
import { pinPlace } from "./refactor/pin-base.ts";
import { canSuppress, suppressionEdit } from "./suppress.ts";
import { toRange, toTextEdits } from "./to-lsp.ts";

/** Quick fixes of the findings in the asked range, and fix-all where it is asked for. */
export function codeActions(
  document: TextDocument,
  checked: CheckedDocument,
  params: CodeActionParams,
  registryCommands: boolean,
): CodeAction[] {
  const only = params.context.only;
  const wants = (kind: string) =>
    !only || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const { source } = checked;
    const start = source.lines.offsetAt(params.range.start);
    const end = source.lines.offsetAt(params.range.end);
    const found = checked.findings.filter(({ span }) => span.start <= end && span.end >= start);
    for (const finding of found) actions.push(...fixesOf(document, source, finding));
    for (const finding of found)
      if (canSuppress(finding.code)) actions.push(suppress(document, source, finding));
  }
  for (const action of refactorings(document, checked, params, registryCommands))
    if (wants(action.kind!)) actions.push(action);
  // Only when asked by kind (on save, "Fix all"): in the light bulb's menu it would stand under every finding.
  if (only && wants(fixAllKind)) {
    const action = fixAllAction(document, checked);
    if (action) actions.push(action);
  }
  return actions;
}

function fixesOf(document: TextDocument, source: SuppressibleText, finding: Finding): CodeAction[] {
  return (finding.fixes ?? []).map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(source.lines, finding)],
    // Auto Fix applies a preferred one without a look: none that has to be asked for.
    isPreferred: index === 0 && fix.automatic,
    edit: changesOf(document, source, fix),
  }));
}

function changesOf(
  document: TextDocument,
  source: SuppressibleText,
  fix: Pick<Fix, "edits" | "otherFile">,
): WorkspaceEdit {
  const others = fix.otherFile ? documentChanges(fileChange(fix.otherFile)) : [];
  const own = fix.edits.length > 0 ? [ownEdit(document, toTextEdits(source.lines, fix.edits))] : [];
  return { documentChanges: [...own, ...others] };
}

function ownEdit(document: TextDocument, edits: TextDocumentEdit["edits"]): TextDocumentEdit {
  return { textDocument: { uri: document.uri, version: document.version }, edits };
}

function refactorings(
  document: TextDocument,
  checked: CheckedDocument,
  params: CodeActionParams,
  registryCommands: boolean,
): CodeAction[] {
  const { dockerfile, image, findings } = checked;
  const asked = params.context.only?.some((kind) => kind.startsWith(CodeActionKind.Refactor)) ?? true;
  if (!dockerfile || !image || !asked) return [];
  const { start, end } = params.range;
  const selection = { start: dockerfile.lines.offsetAt(start), end: dockerfile.lines.offsetAt(end) };
  const actions: CodeAction[] = refactoringsAt({ dockerfile, lab: image, findings, selection }).map(
    (each) => ({
      title: each.title,
      kind: each.kind,
      edit: changesOf(document, dockerfile, each),
    }),
  );
  const pin = registryCommands ? pinPlace({ dockerfile, lab: image }, selection) : undefined;
  if (pin?.kind === "place") actions.push(pinAction(pin.reference, { uri: document.uri, position: start }));
  return actions;
}

/** The client asks the registry: nothing here uses the network. */
function pinAction(reference: string, place: WirePlace): CodeAction {
  const title = `Pin ${reference} by digest (asks the registry)`;
  const command = { title, command: pinBaseCommand, arguments: [place] };
  return { title, kind: CodeActionKind.RefactorRewrite, command };
}

function suppress(document: TextDocument, source: SuppressibleText, finding: Finding): CodeAction {
  const edit = suppressionEdit(source, finding);
  return {
    title: `Ignore ${finding.code} for this instruction`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(source.lines, finding)],
    edit: {
      documentChanges: [
        ownEdit(document, [{ range: toRange(source.lines, edit.span), newText: edit.newText }]),
      ],
    },
  };
}

function fixAllAction(document: TextDocument, checked: CheckedDocument): CodeAction | undefined {
  const result = fixAllOf(checked);
  if (result.edits.length === 0 && result.otherFiles.length === 0) return undefined;
  const own = result.edits.length > 0 ? [ownEdit(document, [...result.edits])] : [];
  const others = result.otherFiles.flatMap(documentChanges);
  return {
    title: "Fix all Lab Images problems",
    kind: fixAllKind,
    edit: { documentChanges: [...own, ...others] },
  };
}
